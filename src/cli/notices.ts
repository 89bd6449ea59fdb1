/** `npm run notices`: prints what organisers must know, each once, with what to do. */

import { parseArgs } from 'node:util'
import { call, type Schemas } from './client.ts'
import { deploymentAt, run } from './command.ts'

const USAGE = `npm run notices -- [options]

  --url URL   the deployment (TOCSIN_URL, else http://127.0.0.1:8787)
  --json      print the answer as JSON

The token is TOCSIN_TOKEN, from the environment or from .dev.vars. It needs the scope read.`

const textOf = ({ summary, count, firstAt, lastAt, detail, action }: Schemas['Notice']): string =>
  [
    summary,
    ...(detail === undefined ? [] : [`  ${detail}`]),
    `  ${count === 1 ? `once, ${lastAt}` : `${count} cases, ${firstAt} to ${lastAt}`}`,
    `  ${action}`,
  ].join('\n')

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const { json: notices } = await call(deploymentAt(values.url), 'get', '/api/notices', {})
  if (values.json) console.log(JSON.stringify(notices, null, 2))
  else console.log(notices.length === 0 ? 'There are no notices.' : notices.map(textOf).join('\n\n'))
  return 0
}

await run(main)
