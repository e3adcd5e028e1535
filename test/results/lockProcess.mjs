/** Takes a lock at a given moment, says whether it got it, and holds it until its input ends; anything in it ends it at once. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { takeLock } = require('../../dist/lib/results/lock.js');

const [file, moment = '0'] = process.argv.slice(2);
while (Date.now() < Number(moment)) {
  // All takers are to come at once: a timer would let them in one after the other.
}
try {
  const lock = await takeLock(file);
  console.log('held');
  process.stdin.on('data', () => process.exit(130));
  process.stdin.on('end', () => lock.release());
} catch (error) {
  console.log(error.message);
}
