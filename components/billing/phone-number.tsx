/** An E.164 number, spaced for reading where it is North American; else as it is. */
export function PhoneNumber({ number }: Readonly<{ number: string }>) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number)
  const text = parts === null ? number : `+1 ${parts[1]} ${parts[2]} ${parts[3]}`
  return <span className="whitespace-nowrap tabular-nums">{text}</span>
}
