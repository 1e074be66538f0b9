import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import type { DocumentNode } from 'graphql';

type DocumentStore = Exclude<ApolloServerOptions<BaseContext>['documentStore'], null | undefined>;

/** More than any app has; the least recently used one goes first. */
const MAX_DOCUMENTS = 200;
/** A longer one is parsed anew each time. */
const MAX_CHARACTERS = 10_000;

/**
 * The valid documents, parsed. Apollo's own store measures them by their JSON, which leaves out the source that each
 * holds on to: a hundred thousand documents of one short field and one long comment would fit, and fill the memory.
 */
export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, DocumentNode>();
  const put = (key: string, document: DocumentNode) => {
    documents.delete(key);
    documents.set(key, document);
  };
  return {
    async get(key) {
      const document = documents.get(key);
      if (document) put(key, document);
      return document;
    },
    async set(key, document) {
      if ((document.loc?.source.body.length ?? Infinity) > MAX_CHARACTERS) return;
      put(key, document);
      if (documents.size > MAX_DOCUMENTS) documents.delete(documents.keys().next().value!);
    },
    async delete(key) {
      return documents.delete(key);
    },
  };
}
