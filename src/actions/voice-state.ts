import { VOICE_KINDS, type VoiceKind } from './voice.ts'

export type VoiceStanding = 'pending' | 'accepted' | 'refused'

/** Why a moderator refused: a word of a list, since free text ends up holding names. */
export const REFUSALS = ['abuse', 'advertising', 'names-somebody', 'off-topic', 'not-genuine'] as const
export type Refusal = (typeof REFUSALS)[number]

/** Something that was said and confirmed. */
export type NewVoice = {
  id: string
  kind: VoiceKind
  author: string // fingerprint of the mailbox, so that no `+tag` makes two of one; of a reply the mark of all of it
  fingerprint: string // of the address itself, by which they may have themselves erased; empty for a reply
  sealed: string
  mark: string // keyed hash of the words: equal ones have equal marks
  country: string
  shown: boolean // public once it is accepted
  at: number // epoch ms
}

export type VoiceRow = {
  id: string
  kind: VoiceKind
  author: string
  fingerprint: string
  sealed: string | null // gone once it is refused, delivered, or its time is over
  mark: string
  standing: VoiceStanding
  shown: number
  at: number
}

const COLUMNS = 'id, kind, author, fingerprint, sealed, mark, standing, shown, at'

/** What a campaign's object keeps of voices. */
export class VoiceState {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS voice (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, author TEXT NOT NULL, fingerprint TEXT NOT NULL, sealed TEXT, mark TEXT NOT NULL,
      country TEXT NOT NULL, shown INTEGER NOT NULL, at INTEGER NOT NULL, standing TEXT NOT NULL, reason TEXT NOT NULL,
      decided_by TEXT NOT NULL, UNIQUE (kind, author)) WITHOUT ROWID`)
    this.#sql.exec('CREATE INDEX IF NOT EXISTS voice_standing ON voice (standing, at)')
    this.#sql.exec('CREATE INDEX IF NOT EXISTS voice_mark ON voice (mark)')
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS voice_people (revision TEXT PRIMARY KEY, people TEXT NOT NULL) WITHOUT ROWID',
    )
  }

  /** Takes what was confirmed, within the caller's transaction. False when its author has said one of the kind before. */
  admit({ id, kind, author, fingerprint, sealed, mark, country, shown, at }: NewVoice): boolean {
    const taken = this.#sql.exec(
      "INSERT OR IGNORE INTO voice VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', '', '') RETURNING id",
      ...[id, kind, author, fingerprint, sealed, mark, country, Number(shown), at],
    )
    return taken.toArray().length > 0
  }

  voice(id: string): VoiceRow | undefined {
    return this.#sql.exec<VoiceRow>(`SELECT ${COLUMNS} FROM voice WHERE id = ?`, id).toArray()[0]
  }

  byAuthor(kind: VoiceKind, author: string): VoiceRow | undefined {
    return this.#sql
      .exec<VoiceRow>(`SELECT ${COLUMNS} FROM voice WHERE kind = ? AND author = ?`, kind, author)
      .toArray()[0]
  }

  /** What waits for a moderator and can still be read, the oldest first. */
  pending(most: number, kinds: readonly VoiceKind[] = VOICE_KINDS): VoiceRow[] {
    return this.#sql
      .exec<VoiceRow>(
        `SELECT ${COLUMNS} FROM voice
         WHERE standing = 'pending' AND sealed IS NOT NULL AND kind IN (SELECT value FROM json_each(?)) ORDER BY at, id LIMIT ?`,
        JSON.stringify(kinds),
        most,
      )
      .toArray()
  }

  /** Of what waits so: how many there are, and when the newest came. */
  waiting(kinds: readonly VoiceKind[]): { count: number; newest: number } {
    return this.#sql
      .exec<{ count: number; newest: number }>(
        `SELECT COUNT(*) AS count, COALESCE(MAX(at), 0) AS newest FROM voice
         WHERE standing = 'pending' AND sealed IS NOT NULL AND kind IN (SELECT value FROM json_each(?))`,
        JSON.stringify(kinds),
      )
      .one()
  }

  /** What was accepted to be shown, the newest first. */
  shown(kind: VoiceKind, most: number): VoiceRow[] {
    return this.#sql
      .exec<VoiceRow>(
        `SELECT ${COLUMNS} FROM voice
         WHERE standing = 'accepted' AND shown = 1 AND sealed IS NOT NULL AND kind = ? ORDER BY at DESC, id LIMIT ?`,
        kind,
        most,
      )
      .toArray()
  }

  /** Whether the same words came in another voice. */
  isRepeated({ id, mark }: VoiceRow): boolean {
    return (
      mark !== '' &&
      this.#sql.exec('SELECT 1 FROM voice WHERE mark = ? AND id != ? LIMIT 1', mark, id).toArray().length > 0
    )
  }

  /**
   * Compare-and-set, within the caller's transaction: false when somebody has decided before. With it goes a text that is refused, and one
   * that is on its way to the workers and may not be shown.
   */
  decide(id: string, standing: 'accepted' | 'refused', by: string, reason: Refusal | '' = ''): boolean {
    const decided = this.#sql.exec(
      `UPDATE voice SET standing = ?, reason = ?, decided_by = ?, sealed = CASE WHEN ? = 'accepted' AND shown = 1 THEN sealed END
       WHERE id = ? AND standing = 'pending' RETURNING id`,
      ...[standing, reason, by, standing, id],
    )
    return decided.toArray().length > 0
  }

  counts(): Array<{ kind: VoiceKind; standing: VoiceStanding; n: number }> {
    return this.#sql
      .exec<{ kind: VoiceKind; standing: VoiceStanding; n: number }>(
        'SELECT kind, standing, COUNT(*) AS n FROM voice GROUP BY kind, standing',
      )
      .toArray()
  }

  isEmpty(): boolean {
    return this.#sql.exec('SELECT 1 FROM voice LIMIT 1').toArray().length === 0
  }

  /** How the campaign names people in a revision that was current while something could be said about it. */
  notePeople(revision: string, people: string): void {
    this.#sql.exec('INSERT OR IGNORE INTO voice_people VALUES (?, ?)', revision, people)
  }

  people(): string[] {
    return this.#sql
      .exec<{ people: string }>('SELECT DISTINCT people FROM voice_people')
      .toArray()
      .map(({ people }) => people)
  }

  /** What is still kept of somebody's words. */
  ofPerson(fingerprint: string): VoiceRow[] {
    return this.#sql
      .exec<VoiceRow>(`SELECT ${COLUMNS} FROM voice WHERE fingerprint = ? AND sealed IS NOT NULL`, fingerprint)
      .toArray()
  }

  /** Everything of one person: as if they had said nothing. Answers how many voices there were. */
  forget(fingerprint: string): number {
    return this.#sql.exec('DELETE FROM voice WHERE fingerprint = ? RETURNING id', fingerprint).toArray().length
  }

  /** The texts that nobody agreed to have shown, or that nobody has accepted. */
  dropPersonal(): void {
    this.#sql.exec("UPDATE voice SET sealed = NULL, mark = '' WHERE shown = 0 OR standing != 'accepted'")
  }

  /** Everything. */
  clear(): void {
    for (const table of ['voice', 'voice_people']) this.#sql.exec(`DELETE FROM ${table}`)
  }
}
