import { writeFileSync } from 'node:fs';
import { errorsPage } from './errorsPage.ts';

/** `npm run docs:errors`: writes docs/errors.md from the tables in the code. */
writeFileSync(new URL('../errors.md', import.meta.url), errorsPage());
