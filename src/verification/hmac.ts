import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
/** Longer texts than any list of parts of ours; they are digested all the same. */
const ROOM_BYTES = 1024;
const MAX_REMEMBERED = 1000;

/**
 * HMAC-SHA-256 with a fixed key, as base64url. Personal data become store keys only through this: a plain hash of ten
 * digits is undone by trying them all. Two one-shot hashes over buffers that are there already cost a tenth of
 * `createHmac`; the digests are the same.
 */
export class Hmac {
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  readonly #remembered = new Map<string, string>();

  constructor(key: Buffer) {
    this.#inner = Buffer.alloc(BLOCK_BYTES + ROOM_BYTES, 0x36);
    this.#outer = Buffer.alloc(BLOCK_BYTES + 32, 0x5c);
    for (const [index, byte] of key.entries()) {
      this.#inner[index]! ^= byte; // derived keys have 32 bytes, so none needs hashing first
      this.#outer[index]! ^= byte;
    }
  }

  /** The parts are joined by a character that none of them can hold, so no two lists of parts look alike. */
  digest(...parts: string[]): string {
    const text = parts.join('\u0000');
    this.#outer.write(hash('sha256', this.#innerBlockWith(text), 'hex'), BLOCK_BYTES, 'hex');
    return hash('sha256', this.#outer, 'base64url');
  }

  /** The same, remembered: for what comes with every request, such as its caller's name. */
  remembered(what: string, name: string): string {
    const key = `${what} ${name}`;
    let digest = this.#remembered.get(key);
    if (digest === undefined) {
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear(); // tokens' names have no end
      this.#remembered.set(key, (digest = this.digest(what, name)));
    }
    return digest;
  }

  #innerBlockWith(text: string): Buffer {
    if (text.length * 3 > ROOM_BYTES)
      return Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES), Buffer.from(text, 'utf8')]);
    return this.#inner.subarray(0, BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES, 'utf8'));
  }
}
