import { COUNTRIES } from '../../src/kit/countries.ts'

/**
 * Weekends of public offices that CLDR has otherwise or cannot express: Bangladesh, Djibouti, the Maldives and Palestine rest on Friday and
 * Saturday, Brunei on Friday and Sunday, Nepal on Saturday, Somalia on Friday. Not taken from official sources: governments change them
 * (Nepal tried Saturday and Sunday in 2022), so a correction belongs here.
 */
const OFFICES: Readonly<Record<string, readonly number[]>> = {
  BD: [5, 6],
  BN: [5, 7],
  DJ: [5, 6],
  MV: [5, 6],
  NP: [6],
  PS: [5, 6],
  SO: [5],
}

/** A locale with the methods of ECMA-402 that TypeScript does not list yet; older runtimes have them as properties. */
type WeekLocale = Intl.Locale & {
  getWeekInfo?(): { weekend: number[] }
  getTimeZones?(): string[] | undefined
  weekInfo?: { weekend: number[] }
  timeZones?: string[]
}

/**
 * Weekends (1 is Monday) of the IANA zones of countries that rest on other days than Saturday and Sunday, from the CLDR data of the
 * runtime.
 */
export function weekendsByZone(): Record<string, readonly number[]> {
  const entries = COUNTRIES.flatMap((country) => {
    const locale: WeekLocale = new Intl.Locale(`und-${country}`)
    const weekend = OFFICES[country] ?? (locale.getWeekInfo?.() ?? locale.weekInfo)?.weekend ?? [6, 7]
    const zones = String(weekend) === '6,7' ? [] : (locale.getTimeZones?.() ?? locale.timeZones ?? [])
    return zones.map((zone) => [zone, weekend] as const)
  })
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
