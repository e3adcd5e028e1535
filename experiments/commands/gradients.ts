import { type Backend, selectBackend } from '../../lib/backend/select';
import { LabError } from '../../lib/errors';
import { catalogue } from '../../lib/models/catalogue';
import { networkConfig } from '../../lib/models/networks';
import { describeEnvironment } from '../../lib/results/environment';
import { testGradients, wrongOf } from '../../lib/verify/gradients/selfTest';
import { gradientTable, outcomeJson, wrongText } from '../gradientTable';
import { shareDisplay } from '../shareDisplay';
import { parseForm } from './models';

interface GradientOptions {
  readonly form: string;
  readonly json?: boolean;
}

/**
 * `lab doctor --gradients <network>`: whether this machine computes the gradients of every layer shape of a network,
 * with each of the heads it is released with, as loops in float64 do.
 *
 * Throws a UsageError for an unknown network or form and a LabError that names what is wrong.
 */
export async function doctorGradients(
  name: string,
  { form, json }: GradientOptions,
): Promise<void> {
  const network = networkConfig(name, parseForm(form));
  const configs = catalogue().filter(
    (config) => config.name === network.name && config.form === network.form,
  );
  const backend = await selectBackend();
  const display = shareDisplay('gradients');
  const start = performance.now();
  const test = await testGradients(configs, { onProgress: display.update }).finally(display.stop);
  const seconds = (performance.now() - start) / 1000;
  const conditions = conditionsText(backend);
  console.log(
    json
      ? JSON.stringify(
          {
            ...{ network: network.name, form: network.form, conditions, seconds },
            ok: wrongOf(test.outcomes).length === 0,
            outcomes: test.outcomes.map(outcomeJson),
            plainKernel: test.plain.map(outcomeJson),
          },
          namedInfinity,
          2,
        )
      : `${network.name} (${network.form}) on ${conditions}\n${gradientTable(test, seconds)}`,
  );
  const wrong = wrongText(test.outcomes);
  if (wrong !== '') {
    throw new LabError(wrong);
  }
}

/** JSON has no infinity; a result that is no number is infinitely far from the reference. */
function namedInfinity(_: string, value: unknown): unknown {
  return value === Infinity ? 'not a number' : value;
}

function conditionsText({ name, version }: Backend): string {
  const { processor, oneDnn } = describeEnvironment();
  const kernels = name === 'tensorflow' ? `, oneDNN ${oneDnn ? 'on' : 'off'}` : '';
  return `${name} ${version}${kernels}, ${processor}`;
}
