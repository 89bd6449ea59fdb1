import { recipientBuilder } from '../../src/dispatch/lane/recipients.ts'
import { listHeaders } from '../../src/emails/headers.ts'
import type { Recipient } from '../../src/emails/message.ts'
import { senderOf } from '../../src/emails/sender.ts'
import { compile } from '../../src/emails/template/compile.ts'
import { merge } from '../../src/emails/template/merge.ts'
import type { Template } from '../../src/emails/template/template.ts'
import type { Settings } from '../../src/env.ts'
import { drivers } from '../../src/transports/drivers.gen.ts'
import type { Call, Transport } from '../../src/transports/transport.ts'
import { appeal } from './appeal.ts'
import { type Shape, transportSettings } from './deployment.ts'
import { supporter } from './people.ts'

/** The benchmark's appeal in one language, compiled as in a dispatch. */
async function templateIn(locale: string, settings: Settings): Promise<Template> {
  return (await compile({ email: 'appeal', locale, campaign: await appeal(), sender: senderOf(settings) })).template
}

const transportOf = (shape: Shape): Transport => {
  const driver = drivers.find(({ name }) => name === shape)
  const made = driver?.configure(transportSettings(shape, 'http://127.0.0.1:1'))
  if (made === undefined || !('make' in made))
    throw new Error(`found no driver ${shape} that accepts the settings of the benchmark`)
  return made.make({} as never, 'bulk')
}

async function recipients(count: number, settings: Settings): Promise<Recipient[]> {
  const mail = { publicUrl: settings.publicUrl, keyId: settings.keys.current, startedAt: 1_800_000_000_000 }
  const recipient = recipientBuilder(settings.keys, { mail, dispatch: 'bench', locale: 'en' })
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const person = supporter(n)
      return recipient(await settings.fingerprint(person.email), person)
    }),
  )
}

/** One call of a transport with its largest batch. */
export async function fullCall(shape: Shape, settings: Settings): Promise<Call> {
  const transport = transportOf(shape)
  return transport.compose({
    template: await templateIn('en', settings),
    recipients: await recipients(transport.maxBatch, settings),
    from: { name: settings.senderName, address: settings.senderAddress },
    headers: listHeaders({ sender: senderOf(settings), campaign: 'bench', email: 'appeal' }),
    date: 1_800_000_000_000,
    tag: 'bench',
  })
}

const MERGES = 20_000

/** Microseconds of one merge of a template with a recipient's values, and bytes of the merged HTML and text. */
export async function mergeTime(settings: Settings): Promise<{ microseconds: number; bytes: number }> {
  const template = await templateIn('en', settings)
  const people = await recipients(100, settings)
  const [first] = people
  if (first === undefined) throw new Error('expected at least one recipient')
  const { html, text } = merge(template, first.values)
  let units = 0
  const run = () => {
    for (let i = 0; i < MERGES; i++) {
      const { html, text } = merge(template, people[i % people.length]?.values ?? {})
      units += html.charCodeAt(1) + text.charCodeAt(1) // forces the engine to flatten the joined string
    }
  }
  run() // warm-up
  const began = performance.now()
  run()
  const microseconds = ((performance.now() - began) * 1_000) / MERGES
  if (units === 0) throw new Error('the merged texts are empty')
  return { microseconds, bytes: Buffer.byteLength(html) + Buffer.byteLength(text) }
}
