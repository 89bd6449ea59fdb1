import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../scripts/sinks/faults.ts'
import type { Attachment, Recipient } from '../../src/emails/message.ts'
import type { Template } from '../../src/emails/template/template.ts'
import { MAX_ATTACHMENT_BYTES } from '../../src/transports/mime/attachments.ts'
import type { Batch, Outcome, Transport } from '../../src/transports/transport.ts'

/** A mail as the provider received it. */
export type Arrived = {
  to: string
  subject: string
  html: string
  text: string
  headers: Record<string, string>
  /** Subject and texts as the provider decodes them; for MIME, as a parser reads them. */
  attachments?: readonly Attachment[]
  /** Addresses as the provider receives them; for MIME, as a parser reads them. */
  cc?: readonly string[]
  mime?: Uint8Array<ArrayBuffer>
}

export type Rig = {
  transport: Transport
  arrived(): Promise<Arrived[]>
  close(): Promise<void>
}

/** A rig whose provider is a test server that can simulate faults. */
export type ServerRig = Rig & { sink: { fault: (asked: never) => Fault | null; mails: readonly unknown[] } }

/** Runs a test with a rig and closes the rig afterwards. */
export async function within<R extends Rig, T>(making: Promise<R>, run: (rig: R) => Promise<T>): Promise<T> {
  const rig = await making
  try {
    return await run(rig)
  } finally {
    await rig.close()
  }
}

/** Sends two mails to a provider with a fault; returns the outcome and how many mails the provider took. */
export const answerInto = (
  making: Promise<ServerRig>,
  fault: Fault | null,
): Promise<{ answer: Outcome | Outcome[]; taken: number }> =>
  within(making, async ({ sink, transport }) => {
    sink.fault = () => fault
    const answer = await transport.send(await transport.compose(batchOf(recipient(1), recipient(2))), 'k')
    return { answer, taken: sink.mails.length }
  })

/** Header names in lower case, for comparisons. */
export const lowerCased = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

export const TEMPLATE: Template = {
  email: 'appeal',
  locale: 'kk',
  hash: '0'.repeat(64),
  subject: ['Үндеу — ', { slot: 'greeting', as: 'plain' }],
  html: [
    '<p lang="kk">',
    { slot: 'greeting', as: 'html' },
    '</p><a href="',
    { slot: 'unsubscribe', as: 'url' },
    '">шығу</a>',
  ],
  text: [{ slot: 'greeting', as: 'plain' }, '\n\nшығу: ', { slot: 'unsubscribe', as: 'plain' }, '\n'],
}

export const recipient = (n: number, more: Partial<Recipient> = {}): Recipient => ({
  to: { name: `Aigül “N${n}” <x>`, address: `reader${n}@example.org` },
  values: { greeting: `Құрметті №${n}`, unsubscribe: `https://act.example.org/unsubscribe/t${n}` },
  headers: {
    'List-Unsubscribe': `<https://act.example.org/unsubscribe/t${n}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  },
  messageId: `d.${n}@act.example.org`,
  ...more,
})

export const batchOf = (...recipients: Recipient[]): Batch => ({
  template: TEMPLATE,
  recipients,
  from: { name: 'Dayanışma', address: 'news@example.org' },
  replyTo: { address: 'answer@example.org' },
  headers: { 'List-Id': '"Tocsin" <tocsin.act.example.org>', Precedence: 'bulk' },
  date: Date.UTC(2026, 10, 22, 12),
})

/** Every byte value, with text in the middle that could end a part of a form or mail. */
const BINARY = new Uint8Array([
  ...Array.from({ length: 1_024 }, (_, n) => n % 256),
  ...new TextEncoder().encode('\r\n--tocsin-part-0-end--\r\n.\r\n----_NmP--\r\n%recipient.v0%'),
])
const SHEET = new TextEncoder().encode(
  `<!doctype html><meta charset="utf-8"><title>Хаттар</title>\n<p>Құрметті — عزيزتي — 🔔 {{v0}} %recipient.v0%\n.\n${'ұ'.repeat(2_000)}\n`,
)
export const ATTACHMENTS: readonly Attachment[] = [
  { filename: 'letters (1).html', contentType: 'text/html; charset=utf-8', content: SHEET },
  { filename: 'letters-2026_11.pdf', contentType: 'application/pdf', content: BINARY },
]

/** Attachments of a mail, read by an independent MIME parser where there is MIME. */
async function attachmentsIn({ mime, attachments = [] }: Arrived): Promise<readonly Attachment[]> {
  if (mime === undefined) return attachments
  const parsed = await PostalMime.parse(mime)
  return parsed.attachments.map(({ filename, mimeType, disposition, content }) => {
    if (typeof content === 'string' || disposition !== 'attachment') throw new Error('not an attachment of bytes')
    return { filename: filename ?? '', contentType: mimeType, content: new Uint8Array(content) }
  })
}

async function ccIn({ mime, cc = [] }: Arrived): Promise<readonly string[]> {
  if (mime === undefined) return cc
  return ((await PostalMime.parse(mime)).cc ?? []).map(({ address = '' }) => address)
}

const everyOutcome = (answer: Outcome | Outcome[], people: number): Outcome[] =>
  Array.isArray(answer) ? answer : Array.from({ length: people }, () => answer)

/** Milliseconds until the impatient rig's transport times out, and until its provider responds. */
export const PATIENCE_MS = 100
const LATE_MS = 500

/** Faults after which the outcome is unknown: the provider may have taken the mails. */
const SILENCES: ReadonlyArray<[string, Fault]> = [
  ['an error of its own', { kind: 'status', status: 500, body: '' }],
  ['being unavailable', { kind: 'status', status: 503, body: '' }],
  ['an error of its own after it took everything', { kind: 'status-after', status: 502, body: 'Bad Gateway' }],
  ['a redirection', { kind: 'status', status: 307, body: '', headers: { location: 'http://127.0.0.1:1/' } }],
  ['a connection cut before it took anything', { kind: 'cut-before' }],
  ['a connection cut after it took everything', { kind: 'cut-after' }],
  ['a page of HTML with status 200', { kind: 'nonsense-after' }],
]

type Kind = {
  /** False if the provider does not recognise repeated calls, which the transport must declare. */
  recognisesRepeats?: boolean
  /** False if closing the rig does not stop the provider: part of the platform, or a server shared by all tests. */
  canVanish?: boolean
  /** True if a call with attachments may have only one recipient, which `compose` enforces. */
  attachesToOneOnly?: boolean
  /** For providers with HTTP: a rig whose transport times out after `PATIENCE_MS`. */
  impatient?: () => Promise<ServerRig>
}

/** Tests that every transport must pass, whatever its provider's wire format. */
export function describeTransport(
  name: string,
  make: () => Promise<Rig>,
  { recognisesRepeats = true, canVanish = true, attachesToOneOnly = false, impatient }: Kind = {},
): void {
  describe(`the ${name} transport`, () => {
    const rigged = (title: string, run: (rig: Rig) => Promise<void>) => test(title, () => within(make(), run))

    if (impatient !== undefined) {
      test.each(SILENCES)('%s is an unknown outcome, never a refusal', async (_, fault) => {
        const { answer } = await answerInto(impatient(), fault)
        expect(answer).toMatchObject({ kind: 'unknown' })
      })

      test('a response after the timeout is unknown, although all mails were accepted', async () => {
        const { answer, taken } = await answerInto(impatient(), { kind: 'slow-after', milliseconds: LATE_MS })
        expect(answer).toEqual({ kind: 'unknown', reason: 'no response in time' })
        expect(taken).toBe(2)
      })
    }

    rigged(
      'sends every recipient their own mail, with shared headers and their own',
      async ({ transport, arrived }) => {
        const call = await transport.compose(batchOf(recipient(1), recipient(2), recipient(3)))
        expect(call.people).toBe(3)
        const answer = everyOutcome(await transport.send(call, 'key-1'), 3)
        expect(answer.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'accepted'])
        const mails = await arrived()
        expect(mails.map((mail) => mail.to)).toEqual([
          'reader1@example.org',
          'reader2@example.org',
          'reader3@example.org',
        ])
        for (const [i, mail] of mails.entries()) {
          expect(mail.subject).toBe(`Үндеу — Құрметті №${i + 1}`)
          expect(mail.html).toContain(`href="https://act.example.org/unsubscribe/t${i + 1}"`)
          expect(mail.text).toContain(`шығу: https://act.example.org/unsubscribe/t${i + 1}`)
          expect(mail.headers['list-unsubscribe']).toBe(`<https://act.example.org/unsubscribe/t${i + 1}>`)
          expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
          expect(mail.headers['list-id']).toContain('<tocsin.act.example.org>')
          expect(mail.headers.precedence).toBe('bulk')
        }
      },
    )

    rigged('makes equal bytes of equal batches', async ({ transport }) => {
      const first = await transport.compose(batchOf(recipient(1), recipient(2)))
      const second = await transport.compose(batchOf(recipient(1), recipient(2)))
      expect(second.body).toEqual(first.body)
    })

    rigged(
      'sends attachments byte for byte to all recipients without changing the mail itself',
      async ({ transport, arrived }) => {
        const batch = attachesToOneOnly ? batchOf(recipient(1)) : batchOf(recipient(1), recipient(2))
        const people = batch.recipients.length
        const call = await transport.compose({ ...batch, attachments: ATTACHMENTS })
        expect((await transport.compose({ ...batch, attachments: ATTACHMENTS })).body).toEqual(call.body)
        const answer = everyOutcome(await transport.send(call, 'attached'), people)
        expect(answer.map(({ kind }) => kind)).toEqual(batch.recipients.map(() => 'accepted'))
        await transport.send(await transport.compose(batch), 'bare')

        const mails = await arrived()
        const [attached, bare] = [mails.slice(0, people), mails.slice(people)]
        expect(attached.map(({ to }) => to)).toEqual(batch.recipients.map(({ to }) => to.address))
        const parts = ({ to, subject, html, text, headers }: Arrived) => {
          const { 'content-type': _, ...own } = headers // differs with the MIME structure
          return { to, subject, html, text, headers: own }
        }
        expect(attached.map(parts)).toEqual(bare.map(parts))
        for (const mail of attached) {
          const files = await attachmentsIn(mail)
          expect(files.map(({ filename }) => filename)).toEqual(ATTACHMENTS.map(({ filename }) => filename))
          // Some providers accept no parameter, and one derives the type from the name.
          expect(files.map(({ contentType }) => contentType.split(';')[0])).toEqual(['text/html', 'application/pdf'])
          expect(files.map(({ content }) => new Uint8Array(content))).toEqual([SHEET, BINARY])
        }
        for (const mail of bare) expect(await attachmentsIn(mail)).toEqual([])
      },
    )

    rigged('makes the same bytes with an empty list of attachments as without', async ({ transport }) => {
      const batch = batchOf(recipient(1), recipient(2))
      const [none, empty] = [await transport.compose(batch), await transport.compose({ ...batch, attachments: [] })]
      expect(empty.body).toEqual(none.body)
    })

    rigged('sends attachments of the maximum size', async ({ transport, arrived }) => {
      const content = Uint8Array.from({ length: MAX_ATTACHMENT_BYTES }, (_, n) => (n * 7 + (n >> 8)) % 256)
      const large = { filename: 'large.pdf', contentType: 'application/pdf', content }
      const call = await transport.compose({ ...batchOf(recipient(1)), attachments: [large] })
      const [outcome] = everyOutcome(await transport.send(call, 'large'), 1)
      expect(outcome?.kind).toBe('accepted')
      const [file] = await attachmentsIn((await arrived())[0] ?? expect.fail('no mail'))
      expect(file && Buffer.compare(file.content, content)).toBe(0) // toEqual is slow on large arrays
    })

    rigged('refuses an attachment whose name contains a path', async ({ transport }) => {
      const attachments = [{ filename: '../letters.pdf', contentType: 'application/pdf', content: BINARY }]
      await expect(transport.compose({ ...batchOf(recipient(1)), attachments })).rejects.toThrow(
        /expected an ASCII name/,
      )
    })

    rigged('shows each Cc address once without changing the mail itself', async ({ transport, arrived }) => {
      const batch = batchOf(recipient(1))
      const cc = [
        { name: 'Депутат “D”, <x>; %recipient.id%', address: 'deputy@example.org' },
        { address: 'office@example.org' },
        { address: 'Reader1@example.org' }, // who gets it anyway
        { address: 'office@example.org' },
      ]
      const call = await transport.compose({ ...batch, cc })
      expect(call.people).toBe(1)
      expect((await transport.compose({ ...batch, cc })).body).toEqual(call.body)
      const [outcome] = everyOutcome(await transport.send(call, 'in cc'), 1)
      expect(outcome?.kind).toBe('accepted')
      await transport.send(await transport.compose(batch), 'alone')

      const [copied, alone] = await arrived()
      if (copied === undefined || alone === undefined) throw new Error('no mail')
      expect(await ccIn(copied)).toEqual(['deputy@example.org', 'office@example.org'])
      expect(await ccIn(alone)).toEqual([])
      const parts = ({ to, subject, html, text, headers }: Arrived) => {
        const { cc: _, 'content-type': __, ...own } = headers
        return { to, subject, html, text, headers: own }
      }
      expect(parts(copied)).toEqual(parts(alone))
    })

    rigged('makes the same bytes with an empty Cc as without', async ({ transport }) => {
      const batch = batchOf(recipient(1), recipient(2))
      const [none, empty] = [await transport.compose(batch), await transport.compose({ ...batch, cc: [] })]
      expect(empty.body).toEqual(none.body)
    })

    rigged('refuses Cc with several recipients', async ({ transport }) => {
      const batch = { ...batchOf(recipient(1), recipient(2)), cc: [{ address: 'deputy@example.org' }] }
      await expect(transport.compose(batch)).rejects.toThrow(/must have one recipient/)
    })

    const repeats = recognisesRepeats
      ? 'sends no mail twice when a call is repeated with the same key and bytes'
      : 'claims no idempotency, and sends a repeated call again'
    rigged(repeats, async ({ transport, arrived }) => {
      if (recognisesRepeats) expect(transport.idempotencySeconds).toBeGreaterThan(0)
      else expect(transport.idempotencySeconds).toBe(0)
      const call = await transport.compose(batchOf(recipient(1), recipient(2)))
      await transport.send(call, 'key-again')
      const answer = everyOutcome(await transport.send(call, 'key-again'), 2)
      expect(answer.every((outcome) => outcome.kind === 'accepted')).toBe(true)
      expect((await arrived()).length).toBe(recognisesRepeats ? 2 : 4)
    })

    rigged('sends its maximum number of recipients in one call', async ({ transport, arrived }) => {
      const recipients = Array.from({ length: transport.maxBatch }, (_, n) => recipient(n))
      const answer = everyOutcome(
        await transport.send(await transport.compose(batchOf(...recipients)), 'full'),
        recipients.length,
      )
      expect(answer.every((outcome) => outcome.kind === 'accepted')).toBe(true)
      expect((await arrived()).length).toBe(transport.maxBatch)
    })

    if (canVanish) {
      test('is unknown and does not throw when the provider is unreachable', async () => {
        const { transport, close } = await make()
        const call = await transport.compose(batchOf(recipient(1), recipient(2)))
        await close()
        for (const outcome of everyOutcome(await transport.send(call, 'gone'), 2)) {
          expect(outcome.kind).not.toBe('accepted')
          if (outcome.kind === 'refused') expect(outcome.permanent).toBe(false)
        }
        const check = await transport.check('news@example.org')
        expect(check).toEqual({ ok: false, message: expect.stringMatching(/\w/) })
      })
    }

    rigged('no text in a name becomes a header, an address or markup', async ({ transport, arrived }) => {
      const hostile = 'Eve\r\nBcc: victim@example.org\u202e" <other@example.org>, "'
      const mail = recipient(1, {
        to: { name: hostile, address: 'reader1@example.org' },
        values: { greeting: '<b>Eve</b>\r\nX-Injected: 1', unsubscribe: 'https://act.example.org/unsubscribe/t1' },
      })
      await transport.send(await transport.compose(batchOf(mail)), 'hostile')
      const [got, ...others] = await arrived()
      expect(others).toEqual([])
      expect(got?.to).toBe('reader1@example.org')
      expect(got?.subject).not.toMatch(/[\r\n]/)
      expect(Object.keys(got?.headers ?? {})).not.toContain('bcc')
      expect(Object.keys(got?.headers ?? {})).not.toContain('x-injected')
      expect(got?.html).toContain('&lt;b&gt;Eve&lt;/b&gt;')
    })

    rigged(
      'where it makes MIME, an independent parser finds two alternatives, text first, in lines of at most 998 octets',
      async ({ transport, arrived }) => {
        await transport.send(await transport.compose(batchOf(recipient(1))), 'mime')
        for (const { mime } of await arrived()) {
          if (mime === undefined) continue
          const source = new TextDecoder().decode(mime)
          expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
          expect(source.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
          expect(source.indexOf('text/plain')).toBeLessThan(source.indexOf('text/html'))
          const parsed = await PostalMime.parse(mime)
          expect(parsed.to).toEqual([{ name: 'Aigül “N1” <x>', address: 'reader1@example.org' }])
          expect(parsed.from).toMatchObject({ name: 'Dayanışma', address: 'news@example.org' })
          expect(parsed.messageId).toBe('<d.1@act.example.org>')
          expect(parsed.date).toBe('2026-11-22T12:00:00.000Z')
          expect(parsed.html).toContain('Құрметті №1')
        }
      },
    )
  })
}
