import { LEDGER_TABLES } from '../dispatch/ledger.ts'
import type { Step } from '../kit/migrate.ts'
import { DESK_TABLES } from './desk-state.ts'
import { DRAFT_TABLES } from './draft-state.ts'
import { LETTER_TABLE } from './letter-rows.ts'
import { NEWS_TABLE } from './news.ts'
import { REVISION_TABLE } from './revision-state.ts'
import { REPORTED_TABLE } from './self-reports.ts'
import { VOICE_TABLES } from './voice-state.ts'
import { WRITER_TABLE } from './writer-state.ts'

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
