/** A local server for the benchmark: with its own keys and without effective limits of the sending account. */

import { mintKeys } from '../../src/cli/keys.ts'
import { parseSettings, type Settings } from '../../src/env.ts'
import { drivers } from '../../src/transports/drivers.gen.ts'
import { anyPort } from '../local/ports.ts'
import { workerdPid } from '../local/runtime.ts'
import { type Server, startServer } from '../local/server.ts'

/** Calls per second that the settings allow: more than a machine makes. */
const CALLS_PER_SECOND = '100000'

const { token, ...secrets } = mintKeys()

export { token }

const common = {
  ...secrets,
  SENDER_NAME: 'Tocsin bench',
  SENDER_ADDRESS: 'campaigns@people.example',
  POSTAL_ADDRESS: 'Solidarity House, 1 Example Street, Exampletown',
  LOCALES: 'en,ru,fr,es,kk,ar',
}

/** The two wire shapes: an array of whole mails per call (Resend), or one template with each person's variables (Mailgun). */
const ALL_SHAPES = ['resend', 'mailgun'] as const
export type Shape = (typeof ALL_SHAPES)[number]
export const SHAPES = ALL_SHAPES.filter((shape) => drivers.some(({ name }) => name === shape))

export const transportSettings = (shape: Shape, url: string): Record<string, string> => {
  const prefix = shape.toUpperCase()
  return {
    BULK_TRANSPORT: shape,
    [`${prefix}_URL`]: url,
    [`${prefix}_API_KEY`]: 'bench',
    [`${prefix}_CALLS_PER_SECOND`]: CALLS_PER_SECOND,
    ...(shape === 'mailgun' && { MAILGUN_DOMAIN: 'people.example' }),
  }
}

export type Deployment = { server: Server; url: string; pid: number }

export async function deploy(options: {
  state: string
  bulk?: { shape: Shape; url: string }
  bundle?: string
  unbound?: readonly string[]
}): Promise<Deployment> {
  const port = await anyPort()
  const settings = { ...common, ...(options.bulk && transportSettings(options.bulk.shape, options.bulk.url)) }
  const server = await startServer({
    port,
    state: options.state,
    settings,
    quiet: process.env.TOCSIN_BENCH_LOG === undefined,
    ...(options.bundle !== undefined && { bundle: options.bundle }),
    ...(options.unbound !== undefined && { unbound: options.unbound }),
  })
  return { server, url: server.url, pid: workerdPid() }
}

/** The Worker's settings, for encrypting records and reading links in the benchmark's own process. */
export async function benchSettings(): Promise<Settings> {
  const { settings, faults } = await parseSettings({
    ...common,
    PUBLIC_URL: 'http://127.0.0.1',
    BULK_TRANSPORT: 'outbox',
    TRANSACTIONAL_TRANSPORT: 'outbox',
  })
  if (settings === undefined) throw new Error(faults.map(({ name, message }) => `${name} ${message}`).join('; '))
  return settings
}
