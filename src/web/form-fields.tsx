import type { Child } from 'hono/jsx'
import { localeName } from '../kit/locales.ts'
import { countriesIn } from '../kit/localised-names.ts'
import { translator } from '../kit/page-texts.ts'

/** A fault of a form: the field, the key of the page text that describes the fault, and the values that the text names. */
export type FormError = { path: string; message: string; values?: Readonly<Record<string, string | number>> }

/** Submitted values of a form, for showing the form again. */
export type FormValues = Readonly<Record<string, string | string[]>>

export const firstValue = (values: FormValues, name: string): string => [values[name] ?? ''].flat()[0] ?? ''
export const allValues = (values: FormValues, name: string): string[] => [values[name] ?? []].flat()

/** The page text of a fault. */
export const faultText = (locale: string, { message, values }: FormError): string =>
  translator(locale)(message, values ?? {})

/** The text of the first fault of a field. A path such as `locales.2` belongs to `locales`. */
function errorOf(locale: string, errors: readonly FormError[], field: string): string | undefined {
  const fault = errors.find(({ path }) => path.split('.')[0] === field)
  return fault && faultText(locale, fault)
}

/** The page title of a form. With errors it says so first, since a screen reader reads the title before the page. */
export const formTitle = (locale: string, title: string, errors: readonly FormError[]): string =>
  errors.length > 0 ? translator(locale)('site.error-title', { title }) : title

type FieldErrors = { locale: string; errors: readonly FormError[] }

/** Summary of all faults at the top of a form, focused, with a link to each field. `fields` are element ids of the page. */
export function ErrorSummary({ locale, errors, fields }: FieldErrors & { fields: readonly string[] }) {
  if (errors.length === 0) return null
  const t = translator(locale)
  return (
    <div class="summary flow" role="alert" tabindex={-1} autofocus>
      <h2>{t('form.problems', { count: errors.length })}</h2>
      <ul class="plain">
        {errors.map((fault) => {
          const field = fault.path.split('.')[0] ?? ''
          const text = faultText(locale, fault)
          return <li>{fields.includes(field) ? <a href={`#${field}`}>{text}</a> : text}</li>
        })}
      </ul>
    </div>
  )
}

/** Ids of the hint and the error of a field, for aria-describedby. */
const describedBy = (name: string, hint: unknown, error: unknown) =>
  [hint && `${name}-hint`, error && `${name}-wrong`].filter(Boolean).join(' ') || undefined

function Described({ name, hint, error }: { name: string; hint?: string | undefined; error?: string | undefined }) {
  return (
    <>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="wrong" id={`${name}-wrong`}>
          {error}
        </p>
      )}
    </>
  )
}

type TextField = FieldErrors & {
  name: string
  type?: 'text' | 'email' | 'date' | 'search'
  label: string
  hint?: string
  value: string
  required?: boolean
  autocomplete?: string
  min?: string
}

export function TextField({ locale, errors, name, type = 'text', label, hint, value, required, ...rest }: TextField) {
  const t = translator(locale)
  const error = errorOf(locale, errors, name)
  return (
    <div class="field">
      <label for={name}>
        {label} {!required && <span class="optional">({t('form.optional')})</span>}
      </label>
      <Described name={name} hint={hint} error={error} />
      <input
        id={name}
        name={name}
        type={type}
        value={value || undefined}
        required={required}
        dir={type === 'email' ? 'ltr' : 'auto'}
        aria-describedby={describedBy(name, hint, error)}
        aria-invalid={error ? 'true' : undefined}
        {...rest}
      />
    </div>
  )
}

type TextArea = FieldErrors & { name: string; label: string; hint?: string; value: string; rows: number }

/** A required text field of several lines. */
export function TextArea({ locale, errors, name, label, hint, value, rows }: TextArea) {
  const error = errorOf(locale, errors, name)
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <Described name={name} hint={hint} error={error} />
      <textarea
        id={name}
        name={name}
        rows={rows}
        required
        dir="auto"
        aria-describedby={describedBy(name, hint, error)}
        aria-invalid={error ? 'true' : undefined}
      >
        {value}
      </textarea>
    </div>
  )
}

type CheckBoxes = FieldErrors & {
  name: string
  legend: string
  hint?: string
  chosen: readonly string[]
  /** Wider columns, for labels of several words. */
  wide?: boolean
  options: ReadonlyArray<{ value: string; label: Child }>
}

/** A group of check boxes with one name. A link to the group's id focuses the first box. */
export function CheckBoxes({ locale, errors, name, legend, hint, chosen, wide, options }: CheckBoxes) {
  const error = errorOf(locale, errors, name)
  return (
    <fieldset class={wide ? 'wide' : undefined} aria-describedby={describedBy(name, hint, error)}>
      <legend>{legend}</legend>
      <Described name={name} hint={hint} error={error} />
      <div class="picks">
        {options.map(({ value, label }, index) => (
          <label>
            <input
              type="checkbox"
              id={index === 0 ? name : undefined}
              name={name}
              value={value}
              checked={chosen.includes(value)}
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/**
 * Check boxes of languages by their own names, chosen ones first. The form submits them in this order, which is the
 * order of preference.
 */
export function LanguageBoxes({
  locales,
  chosen,
  ...rest
}: FieldErrors & { locales: readonly string[]; chosen: readonly string[]; legend?: string; hint?: string }) {
  const t = translator(rest.locale)
  const known = chosen.filter((l) => locales.includes(l))
  const options = [...known, ...locales.filter((l) => !known.includes(l))].map((l) => ({
    value: l,
    label: <span lang={l}>{localeName(l)}</span>,
  }))
  return (
    <CheckBoxes
      name="locales"
      legend={t('form.locales')}
      hint={t('form.locales-hint')}
      chosen={chosen}
      options={options}
      {...rest}
    />
  )
}

/**
 * A choice of the first language, and check boxes of the others. The form submits `first` and `locales`; a language that is in both counts
 * once, as the first.
 */
export function LanguageOrder({
  locales,
  chosen,
  ...rest
}: FieldErrors & { locales: readonly string[]; chosen: readonly string[] }) {
  const t = translator(rest.locale)
  const first = chosen.find((one) => locales.includes(one))
  return (
    <>
      <div class="field">
        <label for="first">{t('form.first-locale')}</label>
        <Described name="first" hint={t('form.first-locale-hint')} />
        <select id="first" name="first" aria-describedby="first-hint">
          {locales.map((one) => (
            <option value={one} lang={one} selected={one === first}>
              {localeName(one)}
            </option>
          ))}
        </select>
      </div>
      <LanguageBoxes
        locales={locales}
        chosen={chosen}
        {...rest}
        legend={t('form.other-locales')}
        hint={t('form.other-locales-hint')}
      />
    </>
  )
}

export function CountryField({ locale, errors, value }: FieldErrors & { value: string }) {
  const t = translator(locale)
  const error = errorOf(locale, errors, 'country')
  return (
    <div class="field">
      <label for="country">
        {t('form.country')} <span class="optional">({t('form.optional')})</span>
      </label>
      <Described name="country" error={error} />
      <select
        id="country"
        name="country"
        autocomplete="country"
        aria-describedby={describedBy('country', undefined, error)}
        aria-invalid={error ? 'true' : undefined}
      >
        <option value="">{t('form.country-none')}</option>
        {countriesIn(locale).map(([code, name]) => (
          <option value={code} selected={code === value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
