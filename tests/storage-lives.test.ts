import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const LIVES = 'tests/runtime/storage/lives.test.ts'
const LEFT = 'tests/journeys/nothing-left.test.ts'
const BY_CRON = [LIVES, '%s is deleted by cron on its last day, not before'] as const
const OF_CAMPAIGN = [LIVES, '400 days after a campaign was removed no row of its people is left'] as const
const OF_LANE = [
  'tests/runtime/dispatch/lane/lane-state.test.ts',
  'a finished lane keeps uncertain recipients and fingerprints',
] as const
const OF_QUEUE = ['tests/runtime/mailbox/mailbox-queue.test.ts', 'nothing is stored after an hour'] as const
const OUTBOX = { kept: 'for development only' } as const

/** The test of each life in docs/storage.md (file, and words of its name), or why the row is kept. */
const TESTS: Record<string, readonly [file: string, words: string] | { kept: string }> = {
  'SUPPORTERS supporter': [LEFT, 'after erasure the fingerprints are only where docs/storage.md keeps them'],
  'SUPPORTERS proof': ['tests/supporter-list/store.test.ts', 'a proof has its own prefix, expires'],
  'CONTENT campaign': [LEFT, 'a name that a publication withdraws is in no stored place afterwards'],
  'CONTENT campaigns': [LEFT, 'a name that a publication withdraws is in no stored place afterwards'],
  'CONTENT numbers': { kept: 'counts only' },
  'CONTENT submissions': ['tests/journeys/submissions.test.ts', 'with the records, all are, from the page too'],
  'CONTENT template': [
    'tests/runtime/renderer/renderer.test.ts',
    'templates that an earlier version left in KV are deleted',
  ],
  'CampaignPublication published': [LEFT, 'a name that a publication withdraws is in no stored place afterwards'],
  'CampaignPublication page': ['tests/journeys/submissions.test.ts', 'with the records, all are, from the page too'],
  'DispatchRegistry dispatch': { kept: 'names nobody, and keeps an appeal from being sent twice (decision 040)' },
  'DispatchRegistry keyed_request': BY_CRON,
  'DispatchRegistry test': { kept: 'a day and a number' },
  'Lane batch': OF_LANE,
  'Lane delivery_event': [
    'tests/journeys/erased-recipients.test.ts',
    'after 400 days a dispatch and its lanes have no row left',
  ],
  'Lane plan': ['tests/journeys/erased-recipients.test.ts', 'after 400 days a dispatch and its lanes have no row left'],
  'Suppression suppressed': { kept: 'without it Tocsin would write to these people again' },
  'Suppression erased': { kept: 'as long as the row of suppressed beside it; a new sign-up deletes both' },
  'Suppression paused': BY_CRON,
  'Suppression admission': BY_CRON,
  'Suppression list_change': [LIVES, 'a change of the list is deleted 15 minutes after KV took it'],
  'Suppression no_more': BY_CRON,
  'Suppression soft_bounce': [
    'tests/runtime/suppression/ended-rows.test.ts',
    'soft bounces are deleted after their time',
  ],
  'EventInbox event': [LIVES, 'the mark of a provider event is deleted after 14 days'],
  'EventInbox effect': ['tests/journeys/provider-events.test.ts', 'a stored provider event takes effect'],
  'EventInbox later_effect': ['tests/journeys/provider-events.test.ts', 'a stored provider event takes effect'],
  'Renderer rendered': ['tests/runtime/renderer/renderer.test.ts', 'a result is kept for 30 days after its last use'],
  'Places place': [LIVES, 'the report of an import is deleted with all its storage after 90 days'],
  'Places erasure': ['tests/runtime/places/places.test.ts', 'nothing of the person stays in the list'],
  'MailboxQueue mail': ['tests/runtime/mailbox/mailbox-queue.test.ts', 'is given up after a day'],
  'MailboxQueue recent_act': OF_QUEUE,
  'ConfirmationQueue queued_confirmation': BY_CRON,
  'ConfirmationQueue answered_domain': BY_CRON,
  'ConfirmationQueue contact_mail': BY_CRON,
  'Import staged_row': ['tests/journeys/import.test.ts', 'is abandoned, and its staged rows are deleted'],
  'Import confirmation': ['tests/runtime/supporters/import/unreadable.test.ts', 'is refused after a week'],
  'Import report': [LIVES, 'the report of an import is deleted with all its storage after 90 days'],
  'Import transfer': { kept: 'who moved a list, by the name of a token' },
  'CampaignActions letter_draft': OF_CAMPAIGN,
  'CampaignActions writer': OF_CAMPAIGN,
  'CampaignActions batch': OF_CAMPAIGN,
  'CampaignActions delivery_event': OF_CAMPAIGN,
  'CampaignActions letter': OF_CAMPAIGN,
  'CampaignActions addressee': OF_CAMPAIGN,
  'CampaignActions copy_refusal': OF_CAMPAIGN,
  'CampaignActions target_wish': OF_CAMPAIGN,
  'CampaignActions passed_on': OF_CAMPAIGN,
  'CampaignActions revision': OF_CAMPAIGN,
  'CampaignActions writer_update': OF_CAMPAIGN,
  'CampaignActions skipped_mail': OF_CAMPAIGN,
  'CampaignActions requested_update': OF_CAMPAIGN,
  'CampaignActions submission_draft': OF_CAMPAIGN,
  'CampaignActions submission': ['tests/journeys/submissions.test.ts', 'thirty days after the end submissions'],
  'CampaignActions submission_people': OF_CAMPAIGN,
  'CampaignActions held_group': OF_CAMPAIGN,
  'CampaignActions self_report': { kept: 'two numbers' },
  'Notices notice': BY_CRON,
  'Outbox mail': OUTBOX,
  'Outbox attachment': OUTBOX,
  'Outbox mail_summary': OUTBOX,
  'Outbox idempotency_key': OUTBOX,
}

/** Rows of the document's tables with a life: `Class table`, or `NAMESPACE prefix` of KV. */
function documentedLives(): string[] {
  return read('docs/storage.md')
    .split(/^##+ /m)
    .flatMap((section) => {
      const [, owner] = /^(?:KV )?`(\w+)`/.exec(section) ?? []
      return section
        .split(/\n\n+/)
        .filter((table) => /^\| (?:table|key) \|[^\n]*\blife\b/.test(table))
        .flatMap((table) => table.split('\n').slice(2))
        .flatMap((row) =>
          [...(/^\|([^|]*)\|/.exec(row)?.[1] ?? '').matchAll(/`([a-z_]+)/g)].map(([, name]) => `${owner} ${name}`),
        )
    })
}

test('every life in docs/storage.md has a test, or a reason why the row is kept', () => {
  const lives = documentedLives()
  expect(lives).toContain('Suppression paused')
  expect(lives.filter((life) => !(life in TESTS))).toEqual([])
})

test('the tests of lives exist', () => {
  const missing = Object.entries(TESTS).flatMap(([life, test]) => {
    if ('kept' in test) return []
    const [file, words] = test
    return existsSync(join(root, file)) && read(file).includes(words) ? [] : [`${life}: ${file}: ${words}`]
  })
  expect(missing).toEqual([])
})
