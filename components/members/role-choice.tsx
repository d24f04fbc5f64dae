import { ROLE_NAMES, ROLES } from './role-words'
import type { RoleView } from './views'

/** One of the three roles, each with what it may do beside it. */
export function RoleChoice({ chosen }: Readonly<{ chosen: RoleView }>) {
  return (
    <fieldset>
      <legend className="text-[0.8125rem] font-medium">Role</legend>
      <div className="mt-1.5 divide-y divide-line rounded-lg border border-line-strong">
        {ROLE_NAMES.map((role) => (
          <label key={role} className="flex gap-3 px-3 py-2.5">
            <input
              type="radio"
              name="role"
              value={role}
              defaultChecked={role === chosen}
              aria-describedby={`role-${role}`}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{ROLES[role].name}</span>
              <span id={`role-${role}`} className="block text-[0.8125rem] text-ink-soft">
                {ROLES[role].rights}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
