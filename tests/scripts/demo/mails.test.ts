import { expect, test } from 'vitest'
import { mailChecks, ownLinks, read, subjectsOf } from '../../../scripts/demo/mails.ts'
import type { DemoPerson } from '../../../scripts/demo/people.ts'
import { bundledCampaign } from '../../../src/campaigns/catalogue.ts'

const SITE = 'http://127.0.0.1:8787'
const campaign = bundledCampaign('river-street-bakery') ?? expect.fail('the demonstration has lost its campaign')
const words = campaign.words.ar ?? expect.fail('it has lost its Arabic')
const reader: DemoPerson = { page: 'ar', email: 'a@example.org', name: 'هداية', locales: ['ar', 'en'], topics: [] }

const body = `${reader.name}\n${words.title}\n${words.demands.join('\n')}\n1 Example Street`
const SOUND = [
  'From: b@example.org',
  `To: ${reader.email}`,
  `Subject: ${words.subjects.appeal}`,
  'Message-ID: <1@example.org>',
  'Date: Sun, 22 Nov 2026 05:00:00 +0000',
  `List-Unsubscribe: <${SITE}/unsubscribe/abc>`,
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'List-Id: <tocsin.127.0.0.1>',
  'Precedence: bulk',
  'Feedback-ID: river-street-bakery:appeal:tocsin:127-0-0-1',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  `${body}\n${SITE}/ar/sign-up.`,
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  `<html lang="ar" dir="rtl"><style>p{}</style><p>${body}</p><a href="${SITE}/my-data?locale=ar#top">x</a></html>`,
  '--b--',
  '',
]
  .join('\n')
  .replaceAll('\n', '\r\n')

const arrived = (source: string) =>
  read(1, new Uint8Array(Buffer.from(source)), subjectsOf(campaign, Object.keys(campaign.words)), [reader])

/** Indexes of the checks that find a fault in a mail. */
const complaining = async (source: string) => {
  const mail = await arrived(source)
  return mailChecks.flatMap(({ faults }, n) => (faults(mail, campaign, SITE).length > 0 ? [n] : []))
}

test('a correct mail has no faults, and all its links to the deployment are found', async () => {
  expect(await complaining(SOUND)).toEqual([])
  expect(ownLinks(await arrived(SOUND), SITE)).toEqual([
    `${SITE}/my-data?locale=ar`,
    `${SITE}/ar/sign-up`,
    `${SITE}/unsubscribe/abc`,
  ])
})

const en = campaign.words.en?.subjects.appeal ?? ''
const long = 'x'.repeat(999)
test.for<[what: string, from: string | RegExp, to: string, check: number]>([
  ['is in another language', words.subjects.appeal, en, 0],
  ['does not say its language', 'lang="ar"', 'lang="en"', 0],
  ['does not say its direction', ' dir="rtl"', '', 0],
  ['lacks a demand', words.demands[1] ?? '', '…', 0],
  ['greets nobody', /هداية/g, 'friend', 1],
  ['has no List-Unsubscribe', /List-Unsubscribe: .*\r\n/, '', 2],
  ['has two', 'List-Id', `List-Unsubscribe: <${SITE}/unsubscribe/def>\r\nList-Id`, 2],
  ['leads elsewhere to leave', `<${SITE}/unsubscribe/abc>`, '<https://elsewhere.example/unsubscribe/abc>', 2],
  ['asks for no one click', /List-Unsubscribe-Post: .*\r\n/, '', 2],
  ['is no list mail', 'Precedence: bulk', 'Precedence: first-class', 2],
  ['has the HTML first', /text\/(plain|html)/g, 'text/html', 3],
  ['has a line too long', '<p>', `<p>${long}`, 3],
  ['has a bare line end', '<p>', '<p>\n', 3],
  ['has a brace left', '<p>', '<p>{name}', 4],
  ['has undefined in it', '<p>', '<p>undefined', 4],
  ['has a slot marker in an address', '/my-data', '/my-data\uE000', 4],
  ['fetches an image', '<p>', '<img src="https://elsewhere.example/a.png"><p>', 4],
  ['hides where it comes from', /1 Example Street/g, '', 5],
  ['is cut by mail services', '<p>', `<p>${`${long.slice(1)}\r\n`.repeat(103)}`, 5],
])('a mail that %s is found out', async ([, from, to, check]) => {
  const doctored = SOUND.replace(from, to)
  expect(doctored).not.toBe(SOUND)
  expect(await complaining(doctored)).toContain(check)
})

test('throws for a mail to an unknown or a second address, or with an unknown subject', async () => {
  await expect(arrived(SOUND.replace('a@', 'c@'))).rejects.toThrow('not to exactly one of')
  await expect(arrived(SOUND.replace('To: ', 'Cc: d@example.org\r\nTo: '))).rejects.toThrow('not to exactly one of')
  await expect(arrived(SOUND.replace('Subject: ', 'Subject: Re: '))).rejects.toThrow('unknown subject')
})
