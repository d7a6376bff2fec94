using System.Text;
using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Web.Pages.Vouchers;

namespace CommunityFund.Web.Pages.People;

/// <summary>The log as a file that a spreadsheet opens: nothing in it is taken for a formula.</summary>
internal sealed class LogFile(Words words)
{
    // The full-width ones too: some spreadsheets read them as their narrow sisters.
    private const string StartsFormula = "=+-@\t\r\n＝＋－＠";

    private readonly StringBuilder _text = new();

    public static string Filled(Words words, LoggedCommand row) => string.Join(" · ", row.Fields
        .Where(field => words.Has($"log.field.{field.Name}") && field.Value is not (null or ""))
        .Select(field => $"{words[$"log.field.{field.Name}"]} {words.Show(field.Value)}")
        .Prepend(row.Number is { } posted ? words.NumberIn(posted.Period, posted.Series, posted.Number) : "").Where(part => part.Length > 0));

    public void Write(IReadOnlyList<LoggedCommand> rows) => Lines(
        ["log.at", "log.who", "log.what", "log.filled"],
        rows.Select(row => new[]
        {
            words.Show(row.At), row.Actor ?? words["log.operator"], words.CommandOf(row.Command, row.Taken), Filled(words, row),
        }));

    public void Write(IReadOnlyList<SignInItem> rows) => Lines(
        ["log.at", "log.who", "log.what", "log.browser", "log.where"],
        rows.Select(row => new[]
        {
            words.Show(row.At), row.Name ?? words["log.unknown-name"], words[$"sign-in.outcome.{row.Outcome}"],
            words.BrowserOf(row.UserAgent), row.Address,
        }));

    public byte[] Bytes() => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(_text.ToString())];

    private static string Cell(string text)
    {
        string safe = text.Length > 0 && StartsFormula.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private void Lines(string[] heads, IEnumerable<string[]> rows)
    {
        foreach (string[] row in rows.Prepend([.. heads.Select(head => words[head].Value)]))
        {
            _text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }
    }
}
