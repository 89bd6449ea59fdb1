/** Builds the rationed Worker: the deployed one with the platform's rations around its bindings and objects, and a movable clock. */

import { join } from 'node:path'
import { buildWrapped } from '../clock/movable.ts'
import { type BundleOptions, root } from '../local/bundle.ts'

/** Path of the bundle that `rationedBundle` builds. */
export const rationedBundlePath = join(root, 'dist', 'ration', 'entry.js')

/** Builds the rationed Worker. Start it with `startRationedServer`. Returns the path of the bundle. */
export const rationedBundle = (content?: BundleOptions['content']): Promise<string> =>
  buildWrapped(join('dist', 'ration'), content, ({ main, classes, clockObject }) => {
    const from = '../../scripts'
    return `// Written by scripts/ration/bundle.ts.
import '${from}/clock/time.ts'
import '${from}/ration/runtime/memory.ts'
import '${from}/ration/runtime/outside.ts'
import worker, * as deployed from '../../${main}'
import { moved } from '${from}/clock/moved.ts'
import { movedWorker } from '${from}/clock/worker.ts'
import { rationed, rationedEnv } from '${from}/ration/runtime/objects.ts'
import { rationedWorker } from '${from}/ration/runtime/worker.ts'

export { ${clockObject} } from '${from}/clock/clock.ts'
${classes.map((name) => `export const ${name} = moved('${name}', rationed('${name}', deployed.${name}), rationedEnv)`).join('\n')}
export default movedWorker(rationedWorker(worker), rationedEnv)
`
  })
