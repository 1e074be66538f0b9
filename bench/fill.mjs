// Stores with as many records as years of questions leave.
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@keyv/redis';
import { SqliteStore } from '../dist/store/sqliteStore.js';

const RECORD = JSON.stringify({
  id: '00000000-0000-4000-8000-000000000000',
  service: 'mobile-national-id',
  isMatched: true,
  checkedAt: 1_795_000_000_000,
  scope: 'o'.repeat(43),
});
const YEAR_MS = 365 * 86_400_000;

export function fillSqlite(url, count) {
  const file = url.slice('sqlite:'.length);
  void new SqliteStore(file).close(); // makes the table
  const database = new DatabaseSync(file);
  const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?)');
  const expires = Date.now() + YEAR_MS;
  database.exec('BEGIN');
  for (let number = 0; number < count; number += 1)
    insert.run(`answer:${createHash('sha256').update(`${number}`).digest('base64url')}`, RECORD, expires);
  database.exec('COMMIT');
  database.close();
}

export async function fillRedis(port, count) {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  await client.sendCommand(['DEBUG', 'POPULATE', `${count}`, 'paystar-identity:answer', `${RECORD.length}`]);
  client.destroy();
}
