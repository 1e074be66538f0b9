import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { SIGHTINGS } from '../../src/graphql/compiledPath.ts';
import type { CompiledPath } from '../../src/graphql/compiledPath.ts';
import { TOKEN_STATUS, VERIFY_CARD, VERIFY_MOBILE } from './questions.ts';

/**
 * The suite runs both ways: with TEST_COMPILED=off every request takes Apollo's way; else the tests' usual operations take
 * the short way from their first sight on, and all others from their third.
 */
export const compiledOff = process.env['TEST_COMPILED'] === 'off';

const TYPE = 'application/json; charset=utf-8';

/** As if Apollo had seen these operations often enough. They must be valid. */
export function teach(compiled: CompiledPath, texts = [VERIFY_MOBILE, VERIFY_CARD, TOKEN_STATUS]): void {
  const documents = texts.map(text => ({ text, document: parse(text) }));
  for (let times = 0; times < SIGHTINGS; times += 1) {
    for (const { text, document } of documents)
      compiled.accepted(text, document, document.definitions[0] as OperationDefinitionNode);
    for (const accept of [undefined, 'application/json', '*/*']) compiled.answered(accept, TYPE);
  }
}
