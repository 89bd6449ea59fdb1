import { afterEach, describe, expect, test } from 'vitest'
import type { Recipient } from '../../../src/emails/message.ts'
import { MAILS_PER_CONNECTION } from '../../../src/transports/smtp/pipeline.ts'
import type { Outcome } from '../../../src/transports/transport.ts'
import { batchOf, recipient } from '../../contracts/transport.ts'
import { ELSEWHERE } from '../../support/certificates.ts'
import { each, readBack, transportTo } from '../../support/smtp-rig.ts'
import { ACCESS_TOKEN, type MailServer, PASSWORD, startMailServer, USER } from '../../support/smtp-server.ts'

const servers: MailServer[] = []
async function server(...options: Parameters<typeof startMailServer>): Promise<MailServer> {
  const started = await startMailServer(...options)
  servers.push(started)
  return started
}
afterEach(() => Promise.all(servers.splice(0).map((one) => one.close())))

type Transport = ReturnType<typeof transportTo>
const people = (count: number, from = 0): Recipient[] => Array.from({ length: count }, (_, n) => recipient(from + n))
const addresses = (count: number) => people(count).map(({ to }) => to.address)
async function send(transport: Transport, recipients: Recipient[]): Promise<Outcome | Outcome[]> {
  return transport.send(await transport.compose(batchOf(...recipients)), 'no keys in SMTP')
}
const kinds = (answer: Outcome | Outcome[], count: number) => each(answer, count).map(({ kind }) => kind)

describe('a Cc recipient', () => {
  const cc = [{ address: 'deputy@example.org' }, { address: 'office@example.org' }]
  const composed = (transport: Transport, n: number) => transport.compose({ ...batchOf(recipient(n)), cc })

  test('is in the envelope, and a refused one does not stop the mail', async () => {
    const found = await server()
    const transport = transportTo(found.port, { idleMs: 5_000 })
    expect(kinds(await transport.send(await composed(transport, 1), ''), 1)).toEqual(['accepted'])
    found.recipient = (to) => (to === 'deputy@example.org' ? { code: 550, text: '5.1.1 no such user' } : null)
    expect(kinds(await transport.send(await composed(transport, 2), ''), 1)).toEqual(['accepted'])
    expect(kinds(await send(transport, people(1, 3)), 1)).toEqual(['accepted'])
    expect(found.mails.map(({ to }) => to)).toEqual([
      ['reader1@example.org', 'deputy@example.org', 'office@example.org'],
      ['reader2@example.org', 'office@example.org'],
      ['reader3@example.org'],
    ])
    expect(found.connections()).toBe(1)
  })

  test('gets nothing, not even an empty mail, when the recipient is refused', async () => {
    const found = await server()
    found.recipient = (to) => (to === 'reader1@example.org' ? { code: 550, text: '5.1.1 no such user' } : null)
    const transport = transportTo(found.port, { idleMs: 5_000 })
    const answer = await transport.send(await composed(transport, 1), '')
    expect(each(answer, 1)).toMatchObject([{ kind: 'refused', permanent: true, reason: 'bad-address' }])
    expect(kinds(await send(transport, people(1, 2)), 1)).toEqual(['accepted'])
    expect(found.mails.map(({ to }) => to)).toEqual([['reader2@example.org']])
  })
})

describe('how it connects', () => {
  const right = { user: USER, password: PASSWORD }
  test.each(['PLAIN', 'LOGIN', 'XOAUTH2'])('logs in by %s over STARTTLS', async (method) => {
    const { port, mails, logins } = await server({
      authMethods: [method],
      authOptional: false,
      allowInsecureAuth: false,
    })
    const credentials = method === 'XOAUTH2' ? { user: USER, accessToken: ACCESS_TOKEN } : right
    const transport = transportTo(port, { server: { host: 'localhost', port, security: 'starttls' }, credentials })
    expect(kinds(await send(transport, people(2)), 2)).toEqual(['accepted', 'accepted'])
    expect(mails.map(({ isSecure }) => isSecure)).toEqual([true, true])
    expect(logins).toEqual([USER])
  })

  test('uses TLS from the first byte with smtps://', async () => {
    const { port, mails } = await server({ secure: true, authOptional: false })
    const transport = transportTo(port, {
      server: { host: 'localhost', port, security: 'implicit' },
      credentials: right,
    })
    expect(kinds(await send(transport, people(1)), 1)).toEqual(['accepted'])
    expect(mails[0]?.isSecure).toBe(true)
    expect(await transport.check('news@example.org')).toEqual({
      ok: true,
      message: `localhost:${port} accepts mail from news@example.org over TLS, logged in`,
    })
  })

  test.each([
    ['password', { user: USER, password: 'wrong' }],
    ['token', { user: USER, accessToken: 'old' }],
  ])('a wrong %s is one refusal of the account, tried once, for any number of connections', async (_, credentials) => {
    const { port, mails, connections } = await server({ authOptional: false })
    const transport = transportTo(port, { credentials, connections: 4 })
    const answer = await send(transport, people(50))
    expect(answer).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
    expect(JSON.stringify(answer)).toContain('check SMTP_USER')
    expect(connections()).toBe(1)
    expect(await transport.check('news@example.org')).toMatchObject({ ok: false })
    expect(mails).toEqual([])
  })

  test('a missing login is reported to the organiser', async () => {
    const { port } = await server({ authOptional: false })
    expect(await send(transportTo(port), people(5))).toMatchObject({ kind: 'refused', reason: 'unauthorised' })
  })

  test.each(['starttls', 'implicit'] as const)(
    'a certificate for another host: no mail is sent, by %s',
    async (security) => {
      const { port, mails } = await server({ ...ELSEWHERE, secure: security === 'implicit' })
      const transport = transportTo(port, { server: { host: 'localhost', port, security } })
      expect(await send(transport, people(2))).toMatchObject({
        kind: 'refused',
        permanent: false,
        reason: 'unavailable',
      })
      expect(await transport.check('news@example.org')).toMatchObject({ ok: false, message: /certificate/ })
      expect(mails).toEqual([])
    },
  )

  test('without STARTTLS, as when an attacker removed the offer, nothing is sent unencrypted', async () => {
    const { port, mails, logins } = await server({ hideSTARTTLS: true })
    const transport = transportTo(port, {
      server: { host: 'localhost', port, security: 'starttls' },
      credentials: right,
    })
    expect(await send(transport, people(2))).toMatchObject({
      kind: 'refused',
      reason: 'unauthorised',
      detail: /in clear/,
    })
    expect([mails, logins]).toEqual([[], []])
  })

  test('an unreachable host is a temporary refusal, which the check reports', async () => {
    const { port, close } = await server()
    await close()
    servers.pop()
    const transport = transportTo(port)
    expect(await send(transport, people(3))).toMatchObject({ kind: 'refused', permanent: false, reason: 'unavailable' })
    expect(await transport.check('news@example.org')).toEqual({
      ok: false,
      message: `localhost:${port}: the server cannot be reached`,
    })
  })
})

describe('how it sends', () => {
  test.each([
    ['with PIPELINING', { hidePIPELINING: false }],
    ['without PIPELINING', { hidePIPELINING: true }],
  ])('%s, fifty mails take one connection, in order, with the server’s own references', async (_, options) => {
    const { port, mails, connections } = await server(options)
    const answer = each(await send(transportTo(port), people(50)), 50)
    expect(answer[0]).toEqual({ kind: 'accepted', reference: '000000Q1' })
    expect(answer[49]).toEqual({ kind: 'accepted', reference: '00000Q50' })
    expect(mails.map(({ to }) => to)).toEqual(addresses(50).map((address) => [address]))
    expect(mails.every(({ from }) => from === 'news@example.org')).toBe(true)
    expect(connections()).toBe(1)
  })

  test('several connections share a call without sending twice', async () => {
    const { port, mails, connections } = await server()
    expect(new Set(kinds(await send(transportTo(port, { connections: 4 }), people(50)), 50))).toEqual(
      new Set(['accepted']),
    )
    expect(connections()).toBe(4)
    expect(mails.flatMap(({ to }) => to).sort()).toEqual(addresses(50).sort())
  })

  test('a connection is used again for the next call, up to its number of mails', async () => {
    const { port, mails, connections } = await server()
    const transport = transportTo(port, { idleMs: 500 })
    for (let call = 0; call < 2; call++) await send(transport, people(50, call * 50))
    expect(connections()).toBe(1)
    await send(transport, people(1, 100))
    expect(connections()).toBe(2)
    expect(mails).toHaveLength(MAILS_PER_CONNECTION + 1)
  })

  test('a connection has a maximum number of mails, also within a call', async () => {
    const { port, mails, connections } = await server()
    const transport = transportTo(port, { connections: 1 })
    await send(transport, people(MAILS_PER_CONNECTION + 1))
    expect(mails).toHaveLength(MAILS_PER_CONNECTION + 1)
    expect(connections()).toBe(2)
  })

  test('a server that allows few connections gets all mails over these', async () => {
    const { port, mails } = await server({ maxClients: 2 })
    const answer = await send(transportTo(port, { connections: 4 }), people(50))
    expect(new Set(kinds(answer, 50))).toEqual(new Set(['accepted']))
    expect(mails).toHaveLength(50)
  })

  test('the received bytes equal the bytes of the call', async () => {
    const { port, mails } = await server()
    const transport = transportTo(port)
    const dots = { greeting: '. . ..x', unsubscribe: 'https://act.example.org/u' }
    const text = ['.\n..\n', { slot: 'greeting', as: 'plain' } as const, '\n.leading\n', `${'.'.repeat(70)}\n`]
    const batch = batchOf(recipient(1, { values: dots }), recipient(2, { values: dots }))
    const call = await transport.compose({ ...batch, template: { ...batch.template, text } })
    await transport.send(call, '')
    const sent = (call.mails ?? []).map(({ start, end }) => call.body.slice(start, end))
    expect(mails.map(({ bytes }) => bytes)).toEqual(sent)
    expect((await readBack('', sent[0] ?? expect.fail())).text.split('\n').slice(0, 3)).toEqual(['.', '..', '. . ..x'])
  })

  test('text in any script arrives unchanged, in subject, names and both parts', async () => {
    const words = [
      'Dayanışma für alle',
      'Солидарность',
      'Құрметті Әйгүл',
      'تضامن مع العمال',
      '团结就是力量',
      'एकजुटता',
      'Ποτέ',
      '🔔',
    ]
    const { port, mails } = await server()
    const recipients = words.map((word, n) =>
      recipient(n, {
        to: { name: word, address: `reader${n}@example.org` },
        values: { greeting: word.repeat(9), unsubscribe: 'https://act.example.org/u' },
      }),
    )
    await send(transportTo(port), recipients)
    for (const [n, word] of words.entries()) {
      const bytes = mails[n]?.bytes ?? expect.fail()
      const mail = await readBack('', bytes)
      expect(mail.subject).toBe(`Үндеу — ${word.repeat(9)}`)
      expect(mail.html).toContain(word.repeat(9))
      expect(mail.text).toContain(word.repeat(9))
      expect(mail.headers.to).toBeDefined()
      expect(
        Math.max(
          ...new TextDecoder()
            .decode(bytes)
            .split('\r\n')
            .map((line) => line.length),
        ),
      ).toBeLessThanOrEqual(998)
    }
  })

  test('an address that could end a command or needs SMTPUTF8 is refused alone, before it is sent', async () => {
    const { port, mails } = await server()
    const bad = [
      'a b@example.org',
      'жан@example.org',
      'a>\r\nRCPT TO:<victim@example.org',
      '"q q"@example.org',
      'x@',
      'x@ex ample.org',
    ]
    const recipients = [...bad.map((address, n) => recipient(n, { to: { address } })), recipient(9)]
    const answer = each(await send(transportTo(port), recipients), 7)
    expect(answer.slice(0, 6)).toEqual(
      bad.map(() => expect.objectContaining({ permanent: true, reason: 'bad-address' })),
    )
    expect(answer[6]).toMatchObject({ kind: 'accepted' })
    expect(mails.map(({ to }) => to)).toEqual([['reader9@example.org']])
  })

  test('a mail above the server’s SIZE is refused without being sent', async () => {
    const { port, mails } = await server({ size: 1_000 })
    expect(await send(transportTo(port), people(1))).toEqual([
      expect.objectContaining({ permanent: true, reason: 'invalid-content', detail: expect.stringContaining('1000') }),
    ])
    expect(mails).toEqual([])
  })
})

describe('refusals of a server', () => {
  test.each<[string, 'recipient' | 'message', string, Partial<Extract<Outcome, { kind: 'refused' }>>]>([
    ['an unknown person', 'recipient', '550 5.1.1 No such user here', { permanent: true, reason: 'bad-address' }],
    ['a refusal without an enhanced code', 'recipient', '550 No', { permanent: true, reason: 'bad-address' }],
    [
      'a permanently full mailbox',
      'recipient',
      '552 5.2.2 Over quota',
      { permanent: true, reason: 'mailbox-unavailable' },
    ],
    [
      'a full mailbox with another code',
      'recipient',
      '552 5.2.2 Mailbox over quota; ask the sender',
      { permanent: true, reason: 'mailbox-unavailable' },
    ],
    [
      'a temporarily full mailbox',
      'message',
      '452 4.2.2 Mailbox full, receiving mail at too high a rate',
      { permanent: false, reason: 'mailbox-unavailable' },
    ],
    [
      'a recipient address rejected',
      'recipient',
      '554 5.7.1 Recipient address rejected: Access denied',
      { permanent: true, reason: 'bad-address' },
    ],
    [
      'a greylisted person',
      'recipient',
      '450 4.2.0 Greylisted',
      { permanent: false, reason: 'mailbox-unavailable', retryAfterSeconds: 60 },
    ],
    ['an internal error', 'recipient', '451 4.3.0 Try later', { permanent: false, reason: 'mailbox-unavailable' }],
    ['too many at once', 'recipient', '452 4.5.3 Too many recipients', { permanent: false, reason: 'rate-limited' }],
    [
      'a suppressed person',
      'message',
      '554 Address is on the suppression list',
      { permanent: true, reason: 'suppressed' },
    ],
    ['a mail that is too large', 'message', '552 5.3.4 Too big', { permanent: true, reason: 'invalid-content' }],
    ['a mail against a policy', 'message', '554 5.7.1 Spam', { permanent: true, reason: 'invalid-content' }],
    [
      'an unknown person, refused after the message',
      'message',
      '550 5.1.1 No such user',
      { permanent: true, reason: 'bad-address' },
    ],
    ['a temporary refusal of a mail', 'message', '451 4.3.2 Busy', { permanent: false, reason: 'unavailable' }],
    [
      'a relay that is not ours, for one',
      'recipient',
      '554 5.7.1 Relay denied',
      { permanent: true, reason: 'invalid-content' },
    ],
  ])('%s, and the others are written to', async (_, where, text, expected) => {
    const found = await server()
    const [code = '', ...words] = text.split(' ')
    found[where] = (to) => (to === 'reader1@example.org' ? { code: Number(code), text: words.join(' ') } : null)
    const answer = each(await send(transportTo(found.port), people(3)), 3)
    expect(answer[1]).toMatchObject({ kind: 'refused', ...expected })
    expect(kinds(answer, 3)).toEqual(['accepted', 'refused', 'accepted'])
    expect(found.mails.flatMap(({ to }) => to)).toEqual(['reader0@example.org', 'reader2@example.org'])
    expect(JSON.stringify(answer)).not.toMatch(/reader|@/)
  })

  test.each([
    [
      'a sender that is not the account’s',
      '553 5.7.1 Sender address rejected: not owned by user',
      'sender-not-verified',
    ],
    ['relaying at all', '554 5.7.1 Relay access denied', 'unauthorised'],
    ['more than a day’s mails', '550 5.4.5 Daily user sending limit exceeded', 'quota'],
  ])('%s is one refusal of the account, and after three nobody else is tried', async (_, text, reason) => {
    const found = await server()
    const [code = '', ...words] = text.split(' ')
    let asked = 0
    found.recipient = () => {
      asked++
      return { code: Number(code), text: words.join(' ') }
    }
    expect(await send(transportTo(found.port), people(50))).toMatchObject({ kind: 'refused', reason })
    expect(asked).toBeLessThanOrEqual(4)
  })

  test('a policy refusal after accepted mails concerns one recipient and does not stop the call', async () => {
    const found = await server()
    found.recipient = (to) => (to === 'reader2@example.org' ? { code: 554, text: '5.7.1 Relay access denied' } : null)
    const answer = each(await send(transportTo(found.port), people(3)), 3)
    expect(answer[2]).toMatchObject({ kind: 'refused', permanent: true, reason: 'invalid-content' })
    expect(await send(transportTo(found.port), people(1, 2))).toEqual([
      expect.objectContaining({ reason: 'unauthorised' }),
    ])
  })

  test('a quota used up during a call keeps accepted mails, the rest waits, and the next call says why', async () => {
    const found = await server()
    const transport = transportTo(found.port)
    found.message = () => (found.mails.length < 4 ? null : { code: 550, text: '5.4.5 Daily sending quota exceeded' })
    const answer = each(await send(transport, people(10)), 10)
    expect(kinds(answer.slice(0, 4), 4)).toEqual(['accepted', 'accepted', 'accepted', 'accepted'])
    for (const rest of answer.slice(4))
      expect(rest).toMatchObject({ kind: 'refused', permanent: false, reason: 'quota' })
    expect(await send(transport, people(6, 4))).toMatchObject({ kind: 'refused', reason: 'quota' })
  })

  test('the check reports a refused sender', async () => {
    const { port } = await server({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error('5.7.1 Sender address rejected'), { responseCode: 550 })),
    })
    expect(await transportTo(port).check('news@example.org')).toMatchObject({ ok: false, message: /SENDER_ADDRESS/ })
    expect(await transportTo(port).check('news@@example.org')).toMatchObject({ ok: false, message: /SENDER_ADDRESS/ })
  })
})
