import { isSandbox } from './rules.ts';
import { TABLE } from './settings.ts';
import { present } from './source.ts';
import type { ReadFile } from './source.ts';

/** What proves to Paystar who asks. */
export type Credentials = Readonly<{ applicationId: string; accessPassword: string; refreshToken: string }>;

const NAMES = {
  applicationId: 'PAYSTAR_APPLICATION_ID',
  accessPassword: 'PAYSTAR_ACCESS_PASSWORD',
  refreshToken: 'PAYSTAR_REFRESH_TOKEN',
} as const;

/** Returns a function that reads the credentials behind `files` again. It never throws: the last good value stays. */
export function credentialsReloader(
  first: Credentials,
  files: ReadonlyMap<string, string>,
  readFile: ReadFile,
): () => Credentials {
  let last = first;
  const again = (key: keyof Credentials) => readAgain(files.get(NAMES[key]), readFile) ?? last[key];
  return () => {
    const applicationId = again('applicationId');
    // The safety of the URLs and `livemode` were decided at the start: a running server never changes sides.
    const sameSide = isSandbox(applicationId) === isSandbox(first.applicationId);
    last = {
      applicationId: sameSide ? applicationId : last.applicationId,
      accessPassword: again('accessPassword'),
      refreshToken: again('refreshToken'),
    };
    return last;
  };
}

function readAgain(file: string | undefined, readFile: ReadFile): string | undefined {
  if (file === undefined) return undefined;
  try {
    return TABLE.PAYSTAR_REFRESH_TOKEN.schema.safeParse(present(readFile(file))).data;
  } catch {
    return undefined;
  }
}
