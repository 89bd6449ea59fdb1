import { describe, expect, it } from 'vitest'
import { listHeaders, queuedHeaders, unsubscribeHeaders } from '../../src/emails/headers.ts'
import { EMAILS } from '../../src/emails/message.ts'
import { messageId } from '../../src/emails/message-id.ts'

const sender = { publicUrl: 'https://act.example.org', senderName: 'Solidarity "Desk"' }
const listed = (changed: Partial<typeof sender>) =>
  listHeaders({ sender: { ...sender, ...changed }, campaign: 'harbour-strike', email: 'appeal' })

describe('headers', () => {
  it('offer one-click unsubscribe with exactly one URL', () => {
    expect(unsubscribeHeaders('https://act.example.org/unsubscribe/t')).toEqual({
      'List-Unsubscribe': '<https://act.example.org/unsubscribe/t>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    for (const unsubscribe of [
      'https://a.example/\r\nBcc: b',
      'https://a.example/ü',
      'ftp://a.example',
      'mailto:a@a.example',
    ]) {
      expect(() => unsubscribeHeaders(unsubscribe)).toThrow()
    }
  })

  it('identify the list by deployment, and the mail by campaign and kind, in ASCII', () => {
    expect(listed({})).toEqual({
      'List-Id': '"Solidarity Desk" <tocsin.act.example.org>',
      Precedence: 'bulk',
      'Feedback-ID': 'harbour-strike:appeal:tocsin:act-example-org',
    })
    for (const senderName of ['Набат', '=?utf-8?q?Desk?='])
      expect(listed({ publicUrl: 'http://[::1]:8787', senderName })['List-Id']).toBe('<tocsin.localhost>')
  })

  it.each(['https://a.io', 'https://urgent-actions.solidarity-network.example.org', 'http://127.0.0.1:8787'])(
    'have a sender identifier of 5 to 15 characters for %s',
    (publicUrl) => expect(listed({ publicUrl })['Feedback-ID']).toMatch(/^[a-z-]+:appeal:tocsin:[a-z0-9-]{5,15}$/),
  )

  it('are those of a list for mails to many people, and mark every other queued mail as automatic', () => {
    for (const email of EMAILS) {
      const headers = queuedHeaders(email, sender, 'harbour-strike')
      const isList = ['appeal', 'update', 'correction', 'news'].includes(email)
      expect(Object.keys(headers)).toEqual(isList ? ['List-Id', 'Precedence', 'Feedback-ID'] : ['Auto-Submitted'])
    }
  })
})

describe('a Message-ID', () => {
  it('is stable per dispatch and person, and reveals neither the person nor a link between two mails', async () => {
    const fingerprint = '00112233445566778899aabbccddeeff'
    const one = messageId('d1', fingerprint, 'act.example.org')
    expect(one).toMatch(/^d1\.[0-9a-f]{20}@act\.example\.org$/)
    expect(messageId('d1', fingerprint, 'act.example.org')).toBe(one)
    const other = messageId('d2', fingerprint, 'act.example.org')
    expect(other.split('.')[1]).not.toBe(one.split('.')[1])
    expect(one).not.toContain(fingerprint.slice(0, 8))
  })
})
