import { afterEach, describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/kit/bytes.ts'
import type { SmtpAccount } from '../../../src/transports/smtp/transport.ts'
import type { Outcome } from '../../../src/transports/transport.ts'
import { batchOf, recipient } from '../../contracts/transport.ts'
import { envelope, startScript, type Talk, upToMail, upToMessage } from '../../support/scripted-server.ts'
import { each, transportTo } from '../../support/smtp-rig.ts'

type Script = (talk: Talk, connection: number) => Promise<void>
const servers: Array<Awaited<ReturnType<typeof startScript>>> = []
afterEach(() => Promise.all(servers.splice(0).map((one) => one.close())))

async function against(script: Script, people: number, more: Partial<SmtpAccount> & { security?: 'starttls' } = {}) {
  const server = await startScript(script)
  servers.push(server)
  const { security = 'none', ...account } = more
  const transport = transportTo(server.port, { server: { host: 'localhost', port: server.port, security }, ...account })
  const call = await transport.compose(batchOf(...Array.from({ length: people }, (_, n) => recipient(n))))
  const answer: Outcome | Outcome[] = await transport.send(call, '')
  return { server, transport, answer, all: each(answer, people), call }
}

/** Reads one mail after the other. */
async function takeAll(talk: Talk): Promise<void> {
  for (;;) {
    await envelope(talk)
    await talk.readMessage()
    talk.say('250 ok\r\n')
  }
}

/** Runs the steps in order. */
const first =
  (...steps: Array<(talk: Talk) => unknown>): Script =>
  async (talk) => {
    for (const step of steps) await step(talk)
  }
const readLine = (talk: Talk) => talk.readLine()
const readMessage = (talk: Talk) => talk.readMessage()
const hang = (talk: Talk) => talk.hang()
const cut = (talk: Talk) => talk.cut()
const saying = (text: string) => (talk: Talk) => talk.say(text)

const refusedForNow = expect.objectContaining({ kind: 'refused', permanent: false })

describe('timeouts and lost connections', () => {
  test.each<[string, Script]>([
    ['accepts the connection and stays silent', async (talk) => talk.hang()],
    ['cuts at once', async (talk) => talk.cut()],
    ['does not answer EHLO', first(saying('220 hi\r\n'), hang)],
    ['speaks HTTP', async (talk) => talk.say('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends a line without end', async (talk) => talk.say(`220 ${'x'.repeat(100_000)}`)],
    ['sends lines without end', async (talk) => talk.say('220-x\r\n'.repeat(10_000))],
    ['serves no clients', async (talk) => talk.say('421 4.3.2 down for the night\r\n')],
    ['hangs at the envelope', first(upToMail, hang)],
    ['cuts at the envelope', first(upToMail, readLine, cut)],
  ])('a server that %s before the final dot: refused for now, never unknown', async (_, script) => {
    const { all } = await against(script, 4)
    expect(all).toEqual([refusedForNow, refusedForNow, refusedForNow, refusedForNow])
  })

  test('a connection lost in the middle of a message is a temporary refusal', async () => {
    const server = await startScript(async (talk) => {
      await upToMessage(talk)
      talk.cut()
    })
    servers.push(server)
    const body = utf8(`${'x'.repeat(70)}\r\n`.repeat(400_000)) // more than the machine buffers on the way
    const mails = [{ to: 'reader@example.org', start: 0, end: body.length }]
    const answer = await transportTo(server.port).send({ body, people: 1, from: 'news@example.org', mails }, '')
    expect(answer).toEqual([refusedForNow])
  })

  test.each<[string, Script]>([
    ['hangs', first(upToMessage, readMessage, hang)],
    ['cuts', first(upToMessage, readMessage, cut)],
    ['sends nonsense', first(upToMessage, readMessage, saying('ok?\r\n'))],
    ['asks for more', first(upToMessage, readMessage, saying('354 more\r\n'))],
    ['sends half a reply', first(upToMessage, readMessage, saying('250-'), cut)],
  ])('a server that %s after the final dot: that mail is unknown, and no more mails are started', async (_, script) => {
    const { all, server } = await against(script, 5)
    expect(all[0]).toMatchObject({ kind: 'unknown' })
    expect(all.slice(1)).toEqual([refusedForNow, refusedForNow, refusedForNow, refusedForNow])
    expect(server.connections()).toBe(1)
    expect(JSON.stringify(all)).not.toMatch(/reader|@/)
  })

  test('after a 421 to an accepted mail, the rest goes over another connection', async () => {
    const { all, server } = await against(async (talk, connection) => {
      if (connection > 0) return upToMail(talk).then(() => takeAll(talk))
      await upToMessage(talk)
      await talk.readMessage()
      talk.say('250 ok\r\n421 4.7.0 that is enough for one connection\r\n')
      talk.cut()
    }, 3)
    expect(all.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted'])
    expect(server.connections()).toBe(2)
    expect(server.received.filter((line) => line.startsWith('RCPT TO:<reader1@'))).toHaveLength(2) // announced, then sent
  })

  test('421 as reply to the final dot is a refusal', async () => {
    const { all } = await against(async (talk) => {
      await upToMessage(talk)
      await talk.readMessage()
      talk.say('421 4.3.2 going down\r\n')
    }, 1)
    expect(all).toEqual([refusedForNow])
  })

  test('a connection closed while idle is replaced', async () => {
    const { transport, call, server } = await against(
      async (talk, connection) => {
        await upToMail(talk)
        if (connection > 0) return takeAll(talk)
        await envelope(talk)
        await talk.readMessage()
        talk.say('250 ok\r\n')
        talk.cut()
      },
      1,
      { idleMs: 500 },
    )
    expect(each(await transport.send(call, ''), 1)).toEqual([{ kind: 'accepted' }])
    expect(server.connections()).toBe(2)
  })

  test('one address without a reply does not block the others', async () => {
    const { all } = await against(async (talk, connection) => {
      await upToMail(talk)
      if (connection > 0) return takeAll(talk)
      await talk.hang()
    }, 3)
    expect(all.map(({ kind }) => kind)).toEqual(['refused', 'accepted', 'accepted'])
  })
})

describe('pipelining', () => {
  /** Refuses the first recipient and then replies to DATA with this line. */
  const refusing =
    (toData: string): Script =>
    async (talk) => {
      await upToMail(talk)
      for (const answer of ['250 ok', '550 5.1.1 nobody', toData]) {
        await talk.readLine()
        talk.say(`${answer}\r\n`)
      }
      if (toData.startsWith('354')) {
        expect(await talk.readLine()).toBe('.')
        talk.say('554 no valid recipients\r\n')
      }
      expect(await talk.readLine()).toBe('RSET')
      talk.say('250 ok\r\n')
      await takeAll(talk)
    }

  test.each([
    ['503 is followed by RSET', '503 no recipients'],
    ['554 is followed by RSET', '554 no valid recipients'],
    ['354 is given the single dot of RFC 2920, and then RSET', '354 go on'],
  ])('a refused recipient and DATA: %s; the next mail goes out whole', async (_, toData) => {
    const { all } = await against(refusing(toData), 2)
    expect(all).toEqual([expect.objectContaining({ reason: 'bad-address' }), { kind: 'accepted' }])
  })

  test('a server that accepts DATA after refusing the sender gets no message', async () => {
    const { all, server } = await against(async (talk) => {
      await upToMail(talk)
      for (const answer of ['451 4.1.8 later', '250 ok', '354 go on']) {
        await talk.readLine()
        talk.say(`${answer}\r\n`)
      }
      await talk.hang()
    }, 1)
    expect(all).toEqual([refusedForNow])
    expect(server.received).not.toContain('.')
  })

  test('without PIPELINING each command waits for the previous reply', async () => {
    const { all, server } = await against(async (talk) => {
      talk.say('220 hi\r\n')
      await talk.readLine()
      talk.say('250 plain\r\n')
      for (const answer of ['250 ok', '550 5.1.1 nobody']) {
        await talk.readLine()
        await new Promise((resolve) => setTimeout(resolve, 20))
        talk.say(`${answer}\r\n`)
      }
      expect(await talk.readLine()).toBe('RSET')
      talk.say('250 ok\r\n')
      await takeAll(talk)
    }, 2)
    expect(all.map(({ kind }) => kind)).toEqual(['refused', 'accepted'])
    expect(server.received.filter((line) => line === 'DATA')).toHaveLength(1)
  })

  test('replies in one segment and in single bytes are parsed the same', async () => {
    const { all } = await against(async (talk) => {
      talk.say('220-many\r\n220 lines\r\n')
      await talk.readLine()
      talk.say('250-here\r\n250 PIPELINING\r\n')
      for (let n = 0; n < 3; n++) await talk.readLine()
      talk.say('250 ok\r\n250 ok\r\n354 go on\r\n')
      await talk.readMessage()
      for (const byte of '250-2.0.0 taken\r\n250 2.0.0 queued as AB12CD\r\n') {
        talk.say(byte)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await talk.hang()
    }, 1)
    expect(all).toEqual([{ kind: 'accepted', reference: 'AB12CD' }])
  })
})

describe('an attacker on the network', () => {
  test.each(['535 5.7.8', '454 4.7.0', '502 5.5.1'])(
    'a server that replies to a login with %s and repeats it: the credentials are not shown',
    async (code) => {
      const { answer } = await against(
        async (talk) => {
          talk.say('220 hi\r\n')
          await talk.readLine()
          talk.say('250-here\r\n250 AUTH PLAIN\r\n')
          talk.say(`${code} what is ${await talk.readLine()}\r\n`)
          await talk.hang()
        },
        1,
        { credentials: { user: 'news', password: 'hunter2' } },
      )
      expect(answer).toMatchObject({ kind: 'refused', detail: expect.stringContaining(code) })
      expect(JSON.stringify(answer)).not.toMatch(/AUTH|AG5ld3M|hunter2/)
    },
  )

  test('plain text after the STARTTLS reply is refused (CVE-2011-0411)', async () => {
    const { answer, server } = await against(
      async (talk) => {
        await upToMail(talk, 'STARTTLS')
        await talk.readLine()
        talk.say('220 go\r\n250-here\r\n250 AUTH PLAIN\r\n')
        await talk.hang()
      },
      1,
      { security: 'starttls' },
    )
    expect(answer).toMatchObject({ kind: 'refused', permanent: false })
    expect(server.received).toEqual(['EHLO [127.0.0.1]', 'STARTTLS'])
  })
})
