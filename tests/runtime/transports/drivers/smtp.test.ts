import { runInDurableObject } from 'cloudflare:test'
import PostalMime from 'postal-mime'
import { describe, expect, inject, test } from 'vitest'
import { fromBase64 } from '../../../../src/kit/bytes.ts'
import { driver } from '../../../../src/transports/drivers/smtp.ts'
import { TIMEOUTS } from '../../../../src/transports/smtp/session.ts'
import { openSocket } from '../../../../src/transports/smtp/socket.ts'
import type { Server } from '../../../../src/transports/smtp/stream.ts'
import { type SmtpAccount, smtp } from '../../../../src/transports/smtp/transport.ts'
import type { Outcome } from '../../../../src/transports/transport.ts'
import { type Arrived, batchOf, describeTransport, recipient } from '../../../contracts/transport.ts'
import { bindings } from '../../../support/visitor.ts'

const servers = inject('mailServers')
const LOGIN = { user: 'tocsin@example.org', password: 'correct “horse”' }

const transportTo = (
  port: number,
  security: Server['security'],
  credentials: typeof LOGIN | null = null,
  more: Partial<SmtpAccount> = {},
) =>
  smtp(
    {
      server: { host: 'localhost', port, security },
      credentials,
      open: openSocket,
      timeouts: TIMEOUTS,
      connections: 3,
      idleMs: 0,
      captive: true,
      ...more,
    },
    { callsPerSecond: 10 },
  )

async function takenBy(port: number): Promise<Arrived[]> {
  const mails: Array<{ to: string; mime: string }> = await (await fetch(`${servers.site}/${port}`)).json()
  return Promise.all(
    mails.map(async ({ to, mime }) => {
      const bytes = fromBase64(mime) ?? expect.fail()
      const { subject = '', html = '', text = '', headers } = await PostalMime.parse(bytes)
      return {
        to,
        subject,
        html,
        text,
        headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
        mime: bytes,
      }
    }),
  )
}

/** A transport made by the driver from settings, unencrypted to this machine. */
function fromSettings() {
  const configured = driver.configure({ SMTP_URL: `smtp://localhost:${servers.starttls}`, SMTP_CONNECTIONS: '1' })
  if ('faults' in configured) throw new Error(JSON.stringify(configured.faults))
  return configured.make(bindings, 'transactional')
}

async function rig() {
  const before = (await takenBy(servers.starttls)).length
  return {
    transport: fromSettings(),
    arrived: async () => (await takenBy(servers.starttls)).slice(before),
    close: async () => undefined,
  }
}
describeTransport('smtp', rig, { recognisesRepeats: false, canVanish: false })

describe('SMTP over the platform’s sockets', () => {
  const send = async (transport: ReturnType<typeof transportTo>, people: number): Promise<Outcome | Outcome[]> =>
    transport.send(await transport.compose(batchOf(...Array.from({ length: people }, (_, n) => recipient(n)))), '')

  test.each(['starttls', 'implicit'] as const)(
    'it logs in and sends fifty mails by %s, on three connections',
    async (security) => {
      const port = servers[security]
      const before = (await takenBy(port)).length
      const transport = transportTo(port, security, LOGIN)
      const answer = await send(transport, 50)
      expect(answer).toEqual(Array.from({ length: 50 }, () => ({ kind: 'accepted', reference: expect.any(String) })))
      const taken = (await takenBy(port)).slice(before)
      expect(new Set(taken.map(({ to }) => to)).size).toBe(50)
      expect(taken).toHaveLength(50)
      expect(await transport.check('news@example.org')).toMatchObject({
        ok: true,
        message: expect.stringContaining('TLS'),
      })
    },
  )

  test('an object reuses its connection in a later invocation and closes it when idle', async () => {
    const transport = transportTo(servers.starttls, 'starttls', LOGIN, { connections: 1, idleMs: 300 })
    const object = bindings.OUTBOX.getByName('a sender')
    const before = (await takenBy(servers.starttls)).length
    for (let invocation = 0; invocation < 2; invocation++) {
      const answer = await runInDurableObject(object, () => send(transport, 3))
      expect(answer).toHaveLength(3)
    }
    await new Promise((resolve) => setTimeout(resolve, 600)) // longer than the idle time of a connection
    await runInDurableObject(object, () => send(transport, 3))
    const mails: Array<{ connection: string }> = await (await fetch(`${servers.site}/${servers.starttls}`)).json()
    const [first, ...others] = mails.slice(before).map(({ connection }) => connection)
    expect(others.map((connection) => connection === first)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('the platform refuses a certificate for another host, and the check lists possible reasons', async () => {
    const transport = transportTo(servers.elsewhere, 'starttls')
    expect(await send(transport, 2)).toMatchObject({ kind: 'refused', permanent: false, reason: 'unavailable' })
    expect(await transport.check('news@example.org')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/certificate/),
    })
    expect(await takenBy(servers.elsewhere)).toEqual([])
  })

  test('without STARTTLS nothing is sent unencrypted', async () => {
    const transport = transportTo(servers.stripped, 'starttls', LOGIN)
    expect(await send(transport, 2)).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
    expect(await takenBy(servers.stripped)).toEqual([])
  })

  test('a wrong password is refused as unauthorised', async () => {
    const transport = transportTo(servers.implicit, 'implicit', { ...LOGIN, password: 'no' })
    expect(await send(transport, 2)).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
  })

  test('a closed port cannot be reached', async () => {
    const transport = transportTo(1, 'none')
    expect(await send(transport, 2)).toMatchObject({ kind: 'refused', permanent: false, reason: 'unavailable' })
    expect(await transport.check('news@example.org')).toEqual({
      ok: false,
      message: 'localhost:1: the server cannot be reached',
    })
  })
})
