const UNRELEASED = '## [Unreleased]\n';

/** The changelog with its unreleased section dated. Throws when there is nothing to release. */
export function released(changelog: string, version: string, date: string): string {
  const [head, rest, ...more] = changelog.split(UNRELEASED);
  if (head === undefined || rest === undefined || more.length > 0)
    throw new Error('CHANGELOG.md needs one section [Unreleased]');
  const news = rest.split('\n## ')[0];
  if (!news?.includes('\n- ')) throw new Error('CHANGELOG.md tells nothing under [Unreleased]');
  return `${head}${UNRELEASED}\n## [${version}] - ${date}\n${rest}`;
}

/** The image's version in the commands of the docs. */
export function withVersion(text: string, version: string): string {
  return text.replaceAll(/(paystar-identity-graphql:|VERSION=|"version": ")\d+\.\d+\.\d+/g, `$1${version}`);
}
