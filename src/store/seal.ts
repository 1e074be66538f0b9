import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A key for one purpose, from STORE_SECRET: what one purpose leaks says nothing about another. */
export function deriveKey(storeSecret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', storeSecret, 'paystar-identity-graphql', purpose, 32));
}

/** Encrypts with AES-256-GCM; `context` is bound to the text, so it opens nowhere else. Base64 of iv, tag, ciphertext. */
export function seal(key: Buffer, context: string, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** The text that was sealed, or null when it was changed, sealed under another secret, or is no sealed text at all. */
export function open(key: Buffer, context: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 28) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
