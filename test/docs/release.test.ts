import { expect, it } from '@jest/globals';
import { released, withVersion } from '../../docs/generate/changelog.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { readDocument } from './blocks.ts';

const news =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-01\n\n- Old.\n';

it('npm version dates what was unreleased, under a new empty section', () => {
  const text = released(news, '1.1.0', '2026-02-03');
  expect(text).toContain(
    '## [Unreleased]\n\n## [1.1.0] - 2026-02-03\n\n### Added\n\n- A thing.\n\n## [1.0.0]',
  );
  expect(() => released(text, '1.2.0', '2026-02-04')).toThrow('tells nothing');
  expect(() => released('# Changelog\n', '1.2.0', '2026-02-04')).toThrow('one section');
});

it('CHANGELOG.md can be released', () => {
  expect(released(readDocument('CHANGELOG.md'), '9.9.9', '2026-02-03')).toContain('## [9.9.9] - 2026-02-03');
});

it('docs/operations.md is about the version of today, and follows a new one', () => {
  const text = readDocument('docs/operations.md');
  expect(withVersion(text, packageJson.version)).toBe(text);
  expect(withVersion(text, '9.9.9')).toContain('--tag paystar-identity-graphql:9.9.9');
});
