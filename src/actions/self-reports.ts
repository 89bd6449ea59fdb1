/** What people say they did without us: nobody can check it, so it stands apart and counts towards no goal. */
export const SELF_REPORTED = ['own-mailbox', 'paper'] as const
export type SelfReported = (typeof SELF_REPORTED)[number]

export class SelfReports {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec('CREATE TABLE IF NOT EXISTS reported (how TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID')
  }

  add(how: SelfReported): void {
    this.#sql.exec('INSERT INTO reported VALUES (?, 1) ON CONFLICT (how) DO UPDATE SET times = times + 1', how)
  }

  count(how: SelfReported): number {
    return this.#sql.exec<{ times: number }>('SELECT times FROM reported WHERE how = ?', how).toArray()[0]?.times ?? 0
  }
}
