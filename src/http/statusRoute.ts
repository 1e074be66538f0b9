import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import type { ErrorDetail } from '../graphql/errors.ts';
import type { ReadStatus } from './statusDetail.ts';
import { statusPage } from './statusPage.ts';
import { STYLE_HASH } from './statusStyle.ts';
import { textsFor } from './statusTexts.ts';

const POLICY = [
  "default-src 'none'",
  `style-src '${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `guard` is absent where whoever reaches the port may read; `detail` is what those who get here may know. */
export function addStatus(
  app: FastifyInstance,
  read: ReadStatus,
  detail: ErrorDetail,
  guard?: onRequestAsyncHookHandler,
): void {
  app.get('/status', guard ? { onRequest: guard } : {}, async (request, reply) => {
    const texts = textsFor(request.headers['accept-language']);
    void reply
      .header('content-security-policy', POLICY)
      .header('content-language', texts.lang)
      .header('vary', 'accept-language')
      .type('text/html; charset=utf-8');
    return statusPage(read(detail), texts);
  });
}
