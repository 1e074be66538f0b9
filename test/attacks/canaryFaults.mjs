// Loaded into the server's process before it starts (node --import): faults that no request can provoke, and a clock.
// The test writes what is to happen into the file that CANARY_FAULTS names: { offsetMs, bug, crash }.
import { readFileSync } from 'node:fs';
import { Server } from 'node:net';

const told = () => JSON.parse(readFileSync(process.env.CANARY_FAULTS, 'utf8'));

const { now } = Date;
Date.now = () => now() + told().offsetMs;

const { random } = Math;
Math.random = () => {
  const { bug } = told();
  if (bug) throw new RangeError(bug, { cause: new TypeError(bug) });
  return random();
};

process.on('SIGUSR2', () => {
  throw new TypeError(told().crash, { cause: told().crash });
});

// At most levels the server does not say where it listens.
const listen = Server.prototype.listen; // oxlint-disable-line unbound-method -- applied to its own server below
Server.prototype.listen = function (...args) {
  this.once('listening', () => process.stdout.write(`http://127.0.0.1:${this.address().port}/graphql\n`));
  return listen.apply(this, args);
};
