/** `npm run deploy`: deploys, unless the running deployment is sending: a deploy restarts every object, with its calls under way. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError, call } from '../src/cli/client.ts'
import { codeOf, deploymentAt, Mistake } from '../src/cli/command.ts'
import { run } from '../src/cli/program/run.ts'
import { errorMessage } from '../src/kit/result.ts'
import { type DispatchAnswer, decideDeploy } from './deploy/decide.ts'
import { whyNothingRuns } from './deploy/first-deploy.ts'
import { CONTENT_MADE, makeContent, root } from './local/bundle.ts'

const WITH_EXAMPLES = '--with-examples'

const USAGE = `npm run deploy -- [--force] [--with-examples] [options of wrangler deploy]

Asks the deployment first whether it sends. Its address is TOCSIN_URL, else PUBLIC_URL of wrangler.toml. The token is TOCSIN_TOKEN, from the
environment or from .dev.vars, with the scope "read".

The campaigns marked \`example: true\` stay out of the deployment.

  --dry-run         builds but deploys nothing: does not ask the deployment, needs no token
  --force           deploy without asking: batches that wait for an answer become uncertain, and an organiser has to decide about them
  --with-examples   take the example campaigns along`

void run(async () => {
  const given = process.argv.slice(2)
  if (given.includes('--help')) {
    console.log(USAGE)
    return 0
  }
  const isForced = given.includes('--force')
  const decision =
    isForced || given.includes('--dry-run')
      ? { deploys: true, text: 'Not asked whether the deployment sends.' }
      : decideDeploy(await answerOf())
  console.log(decision.text)
  if (!decision.deploys) return 1
  const said = await makeContent({ examples: given.includes(WITH_EXAMPLES) }).catch((error: unknown) => {
    throw new Mistake(errorMessage(error))
  })
  if (said !== '') console.log(said)
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const others = given.filter((one) => one !== '--force' && one !== WITH_EXAMPLES)
  const env = { ...process.env, ...CONTENT_MADE }
  const { status } = spawnSync(process.execPath, [wrangler, 'deploy', ...others], { cwd: root, stdio: 'inherit', env })
  await makeContent() // the working copy has the examples again, for tests and `npm start`
  return status ?? 1
})

/** What the deployment says about its dispatches. */
async function answerOf(): Promise<DispatchAnswer> {
  const [, publicUrl] = /^PUBLIC_URL = "(.+)"/m.exec(readFileSync(join(root, 'wrangler.toml'), 'utf8')) ?? []
  const url = process.env.TOCSIN_URL ?? publicUrl
  if (url === undefined) return { kind: 'no-address' }
  const why = await whyNothingRuns(url)
  if (why !== undefined) return { kind: 'nothing-there', url, why }
  const deployment = deploymentAt(url)
  if (deployment.token === '') return { kind: 'no-token', url }
  try {
    const { json } = await call(deployment, 'get', '/api/dispatches', {})
    return { kind: 'dispatches', url, dispatches: json }
  } catch (error) {
    if (error instanceof ApiError && error.problem !== undefined)
      return { kind: error.problem.status === 401 || error.problem.status === 403 ? 'token-refused' : 'no-tocsin', url }
    if (error instanceof Mistake) return { kind: 'no-tocsin', url }
    return { kind: 'unreachable', url, why: codeOf(error) || String(error) }
  }
}
