import { describe, expect, it } from 'vitest'
import { bulkHeaders, sharedHeaders, transactionalHeaders } from '../../src/emails/headers.ts'
import { messageId } from '../../src/emails/message-id.ts'

describe('headers', () => {
  it('offer one-click unsubscribe with exactly one URL', () => {
    expect(bulkHeaders({ unsubscribe: 'https://act.example.org/unsubscribe/t' })).toEqual({
      'List-Unsubscribe': '<https://act.example.org/unsubscribe/t>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    for (const unsubscribe of [
      'https://a.example/\r\nBcc: b',
      'https://a.example/ü',
      'ftp://a.example',
      'mailto:a@a.example',
    ]) {
      expect(() => bulkHeaders({ unsubscribe })).toThrow()
    }
  })

  it('identify the list by deployment, in ASCII', () => {
    expect(sharedHeaders({ publicUrl: 'https://act.example.org', senderName: 'Solidarity "Desk"' })).toEqual({
      'List-Id': '"Solidarity Desk" <tocsin.act.example.org>',
      Precedence: 'bulk',
    })
    expect(sharedHeaders({ publicUrl: 'http://[::1]:8787', senderName: 'Набат' })['List-Id']).toBe('<tocsin.localhost>')
  })

  it('mark confirmations as auto-generated', () => {
    expect(transactionalHeaders()).toEqual({ 'Auto-Submitted': 'auto-generated' })
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
