import { indexOpenBatches, LEDGER_TABLES } from '../delivery/ledger.ts'
import type { MigrationStep } from '../storage/migrate.ts'
import { countStoredDrafts, DRAFT_TABLES } from './drafts/draft-state.ts'
import { ADDRESSEE_TABLES } from './letters/addressee-schedule.ts'
import { indexLetters, LETTER_TABLE } from './letters/letter-rows.ts'
import { TARGET_WISH_TABLE } from './letters/wishes/target-wishes.ts'
import { PASSED_ON_TABLE } from './moderation/passed-on.ts'
import { REVISION_TABLE } from './revision-state.ts'
import { SELF_REPORT_TABLE } from './self-reports/self-reports.ts'
import { HELD_LETTER_INDEXES, indexSubmissions, SUBMISSION_TABLES } from './submissions/submission-state.ts'
import { SKIPPED_MAIL_TABLE } from './tell-each/skipped-mails.ts'
import { REQUESTED_UPDATE_TABLE } from './writers/requested-updates.ts'
import { indexWriters, WRITER_TABLE } from './writers/writer-state.ts'
import { WRITER_UPDATE_TABLE } from './writers/writer-update-state.ts'

const TABLES = [
  DRAFT_TABLES,
  WRITER_TABLE,
  LEDGER_TABLES,
  LETTER_TABLE,
  ADDRESSEE_TABLES,
  REVISION_TABLE,
  WRITER_UPDATE_TABLE,
  SUBMISSION_TABLES,
  SELF_REPORT_TABLE,
]

export const ACTIONS_STEPS: readonly MigrationStep[] = [
  { name: 'letters, submissions and self-reports', run: ({ sql }) => sql.exec(TABLES.join(';')) },
  {
    name: 'skipped mails and requested updates',
    run: ({ sql }) => sql.exec(`${SKIPPED_MAIL_TABLE}; ${REQUESTED_UPDATE_TABLE}`),
  },
  { name: 'indexes of held letters', run: ({ sql }) => sql.exec(HELD_LETTER_INDEXES) },
  {
    name: 'running counts, and indexes of what is open',
    run(step) {
      countStoredDrafts(step)
      indexWriters(step, indexLetters(step, indexOpenBatches(step)))
      indexSubmissions(step)
      for (const key of ['published-counters', 'published-submissions']) step.kv.delete(key)
    },
  },
  { name: 'wishes of targets', run: ({ sql }) => sql.exec(TARGET_WISH_TABLE) },
  { name: 'submissions passed on', run: ({ sql }) => sql.exec(PASSED_ON_TABLE) },
]
