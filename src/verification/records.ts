import { z } from 'zod';
import { readStored } from '../store/readStored.ts';
import type { Store, StoreEntry } from '../store/store.ts';
import { AnswerShape } from './answer.ts';
import type { Answer } from './answer.ts';

const Recorded = AnswerShape.extend({ scope: z.string() });

/** Every definite answer, under its id and under its question, until the retention ends. */
export class Records {
  readonly #ttlMs: number;

  constructor(ttlSeconds: number) {
    this.#ttlMs = ttlSeconds * 1000;
  }

  /** What is to be kept of an answer: `scope` says whose it is, `fingerprint` what was asked. */
  entriesOf(answer: Answer, scope: string, fingerprint: string): StoreEntry[] {
    const value = JSON.stringify({ ...answer, scope });
    return [`record:${answer.id}`, `answer:${fingerprint}`].map(key => ({ key, value, ttlMs: this.#ttlMs }));
  }

  /** The last answer to this question, if it is at most `maxAgeMs` old. Rejects with `StoreAway`. */
  async recent(store: Store, fingerprint: string, maxAgeMs: number, now: number): Promise<Answer | null> {
    const answer = readStored(Recorded, await store.get(`answer:${fingerprint}`));
    return answer !== null && now - answer.checkedAt <= maxAgeMs ? answer : null;
  }

  /** In the order of `ids`, in one read; null for the unknown and for other scopes'. Rejects with `StoreAway`. */
  async byIds(store: Store, ids: readonly string[], scope: string): Promise<(Answer | null)[]> {
    const texts = await store.getMany(ids.map(id => `record:${id}`));
    return texts.map(text => {
      const recorded = readStored(Recorded, text);
      return recorded?.scope === scope ? recorded : null;
    });
  }
}
