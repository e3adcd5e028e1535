/** Makes the environment of peers.mjs, unless it is there; says on stderr what it does, or what is missing. */
import { makeStep } from './makeStep.mjs';
import { peers } from './peers.mjs';

process.exitCode = (await makeStep(peers)) ? 0 : 1;
