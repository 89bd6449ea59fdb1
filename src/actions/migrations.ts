import { LEDGER_TABLES } from '../delivery/ledger.ts'
import type { Step } from '../storage/migrate.ts'
import { DRAFT_TABLES } from './drafts/draft-state.ts'
import { DESK_TABLES } from './letters/addressee-schedule.ts'
import { LETTER_TABLE } from './letters/letter-rows.ts'
import { REVISION_TABLE } from './revision-state.ts'
import { REPORTED_TABLE } from './self-reports/self-reports.ts'
import { VOICE_TABLES } from './submissions/submission-state.ts'
import { WRITER_TABLE } from './writers/writer-state.ts'
import { NEWS_TABLE } from './writers/writer-updates.ts'

/** Everything that the parts of a campaign's object keep in tables. */
const TABLES = [
  DRAFT_TABLES,
  WRITER_TABLE,
  LEDGER_TABLES,
  LETTER_TABLE,
  DESK_TABLES,
  REVISION_TABLE,
  NEWS_TABLE,
  VOICE_TABLES,
  REPORTED_TABLE,
]

export const ACTIONS_STEPS: readonly Step[] = [
  { name: 'letters, voices and reports', run: ({ sql }) => sql.exec(TABLES.join(';')) },
]
