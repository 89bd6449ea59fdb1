import { err, ok, type Result } from '../../kit/result.ts'
import { COLUMNS, type ListColumn } from '../../supporters/export/format.ts'
import { columnsIn } from '../../supporters/import/csv-columns.ts'
import { plainWord } from '../../supporters/import/permissions/permission.ts'
import { permissionColumn } from '../../supporters/import/permissions/permission-columns.ts'
import { addOtherNames, nearestField } from './column-names.ts'
import { nearestName } from './nearest.ts'

/** Two columns that become the name: names of persons in many systems. */
const PARTS_OF_NAME = ['first_name', 'last_name'] as const
type PartOfName = (typeof PARTS_OF_NAME)[number]
export type ReadAs = ListColumn | PartOfName
/** Everything that a column of a file can be read as. */
export const READ_AS: readonly ReadAs[] = [...COLUMNS, ...PARTS_OF_NAME]

const FIRST_NAMES = new Set(
  [
    'first name',
    'fname',
    'given name',
    'forename',
    'vorname',
    'prénom',
    'nombre',
    'nombres',
    'имя',
    'аты',
    'الاسم الأول',
  ].map(plainWord),
)
const LAST_NAMES = new Set(
  [
    'last name',
    'lname',
    'surname',
    'family name',
    'nachname',
    'nom',
    'nom de famille',
    'apellido',
    'apellidos',
    'фамилия',
    'тегі',
    'اسم العائلة',
  ].map(plainWord),
)

/** A column of a file. `as` null: nothing is read from it; `speaks`: it says who may be written to; `near`: what it may be meant as. */
export type FileColumn = { name: string; as: ReadAs | null; speaks: boolean; near?: string }

/** The columns of a header line. `map`: what the organiser said of columns, by their names. Err: a sentence about the map. */
export function readColumns(cells: readonly string[], map: ReadonlyMap<string, ReadAs>): Result<FileColumn[], string> {
  const words = cells.map(plainWord)
  const told = new Map([...map].map(([name, as]) => [plainWord(name), as]))
  for (const name of map.keys())
    if (!words.includes(plainWord(name))) return err(`--map names the column “${name}”: ${didYouMean(name, cells)}`)
  const known = columnsIn(cells)
  addOtherNames(cells, known)
  const [first, last] = [FIRST_NAMES, LAST_NAMES].map((names) => words.findIndex((word) => names.has(word)))
  const isPair = first !== undefined && last !== undefined && first >= 0 && last >= 0
  const open = READ_AS.filter((as) => !known.some((one) => one === as))
  const read = cells.map((name, at): FileColumn => {
    const part = isPair && at === first ? 'first_name' : isPair && at === last ? 'last_name' : null
    const as = told.get(words[at] ?? '') ?? part ?? known[at] ?? null
    const speaks = as === null && permissionColumn(name) !== null
    const near = as === null && !speaks ? nearestField(name, open) : undefined
    return { name: name.trim(), as, speaks, ...(near !== undefined && { near }) }
  })
  const free = read.map((column) => (told.size > 0 && isTakenByMap(column, told) ? { ...column, as: null } : column))
  const twice = READ_AS.find((as) => free.filter((column) => column.as === as).length > 1)
  if (twice === undefined) return ok(free)
  return err(`two columns are read as ${twice}: say with --map which of them it is, and read the other as nothing`)
}

/** Whether a column is read by its name as something that the organiser said of another column. */
const isTakenByMap = ({ name, as }: FileColumn, told: ReadonlyMap<string, ReadAs>): boolean =>
  as !== null && !told.has(plainWord(name)) && [...told.values()].includes(as)

function didYouMean(name: string, cells: readonly string[]): string {
  const near = nearestName(name, cells)
  return near === undefined
    ? `found ${cells.map((cell) => `“${cell.trim()}”`).join(', ')}`
    : `did you mean “${near.trim()}”?`
}

/** What an option such as `Courriel=email` says. Err: a sentence. */
export function readMapping(text: string): Result<[name: string, as: ReadAs], string> {
  const at = text.lastIndexOf('=')
  const [name, typed] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
  const as = READ_AS.find((one) => plainWord(one) === plainWord(typed))
  if (name !== '' && as !== undefined) return ok([name, as])
  const near = nearestName(typed, READ_AS)
  const hint = near === undefined ? `one of ${READ_AS.join(', ')}` : `${near}?`
  return err(`--map “${text}”: expected COLUMN=${hint}`)
}
