import { expect, test } from 'vitest'
import { EMAILS } from '../../src/emails/message.ts'
import { quotaUseOf } from '../../src/mailbox/transactional-mail.ts'

test('confirmations and links to own data use the quota of mails that strangers can ask for, and no others do', () => {
  const asked = { mailbox: 'm', domain: '' }
  for (const email of ['confirm', 'letter', 'voice'] as const) expect(quotaUseOf({ email, asked })).toBe('asked')
  const others = EMAILS.filter((email) => quotaUseOf({ email }) === 'transactional')
  expect(EMAILS.filter((email) => !others.includes(email))).toEqual(['my-data'])
  expect(others).toEqual(expect.arrayContaining(['moderate', 'welcome', 'goodbye', 'receipt', 'returned']))
})
