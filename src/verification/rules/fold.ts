/**
 * Folding takes away what keyboards, right-to-left pages and copying add to a number without changing its meaning.
 * It refuses nothing: what is left over and does not belong, each rule finds itself.
 */

/**
 * UTF-16 units that are looked at. The longest spelling of a card, every digit wrapped in bidi marks and spaces, needs
 * under 200; a megabyte has to be refused by its length alone, before anything walks over it.
 */
const MAX_UNITS = 1024;

// The soft hyphen counts as a mark: pages use it to break long numbers, and nobody sees it.
const MARKS = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

const PERSIAN_AND_ARABIC_DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g;

// Zs leaves out tabs and line ends: inside a value they mean two pasted cells or lines, not one number.
const SPACES_AND_DASHES = /[\p{Zs}\u002d\u2010-\u2015\u2212]/gu;

/** Too long to be any spelling of a short number or a date. To be asked before folding. */
export function isTooLong(text: string): boolean {
  return text.length > MAX_UNITS;
}

/** Printable ASCII without dashes: nothing to fold. What most apps send; a question's two rules take 0.18 µs so, 0.39 else. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit <= 0x20 || unit >= 0x7f || unit === 0x2d) return false;
  }
  return true;
}

/** For dates: digits, surrounding white space and invisible marks; separators and inner spaces stay. */
export function fold(text: string): string {
  // Marks go first, since they also stand outside the white space that trim() has to reach.
  return text.replace(MARKS, '').trim().replace(PERSIAN_AND_ARABIC_DIGITS, toAsciiDigit);
}

/** For numbers: as `fold`, and spaces and dashes go wherever they stand. */
export function foldNumber(text: string): string {
  return isPlain(text) ? text : fold(text).replace(SPACES_AND_DASHES, '');
}

// Both blocks begin at a multiple of 16, so the last four bits are the digit.
function toAsciiDigit(digit: string): string {
  return String(digit.charCodeAt(0) & 0xf);
}
