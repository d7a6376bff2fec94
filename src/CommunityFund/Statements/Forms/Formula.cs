using System.Text.RegularExpressions;
using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>
/// One term: other rows (<c>@total-assets</c>, <c>@activities/net-change:year</c> of another statement's column), or an account with all that
/// stands below it (<c>donation-income</c>) or all accounts of a class or role (<c>{own-cash}</c>), with a filter in brackets and, behind
/// a colon, a measure that goes before the column's.
/// </summary>
internal sealed record FormulaTerm(
    bool IsMinus, string? Row, string? Statement, string? Column, string? Accounts, LineFilter Filter, Measure? Measure, string Text);

/// <summary>A sum of terms. Accounts count on their normal side, so 累计折旧 is positive and is subtracted.</summary>
internal sealed partial record Formula(IReadOnlyList<FormulaTerm> Terms, string Text)
{
    /// <summary>Whether it only adds up rows of its own statement in its own column.</summary>
    public bool AddsRows => Terms.Count > 0 && Terms.All(term => term is { Row: not null, Statement: null, Column: null });

    /// <exception cref="FormulaException">It is not written as a formula.</exception>
    public static Formula Read(string text)
    {
        if (text.Trim() == "0")
        {
            return new Formula([], text); // a row of the official form that this standard's accounts never feed
        }

        List<FormulaTerm> terms = [];
        int at = 0;
        foreach (Match match in Parts().Matches(text).Cast<Match>())
        {
            string sign = match.Groups["sign"].Value;
            if (match.Index != at || (terms.Count > 0 && sign.Length == 0))
            {
                break;
            }

            at = match.Index + match.Length;
            terms.Add(TermOf(match, sign == "-"));
        }

        return at == text.Length && terms.Count > 0 ? new Formula(terms, text)
            : throw new FormulaException(StandardFlaw.BadFormula, text[Math.Min(at, text.Length)..]);
    }

    private static FormulaTerm TermOf(Match match, bool isMinus)
    {
        string row = match.Groups["row"].Value, statement = match.Groups["statement"].Value, behind = match.Groups["behind"].Value;
        string brackets = match.Groups["filter"].Value, text = match.Groups["term"].Value;
        if (row.Length > 0)
        {
            return brackets.Length > 0 ? throw new FormulaException(StandardFlaw.BadFormula, text)
                : new FormulaTerm(isMinus, row, Some(statement), Some(behind), null, LineFilter.Everything, null, text);
        }

        LineFilter filter = LineFilter.Everything;
        if (match.Groups["filter"].Success)
        {
            filter = LineFilter.Read(brackets, out string wrong) ?? throw new FormulaException(StandardFlaw.BadFilter, wrong);
        }

        Measure? measure = behind.Length == 0 ? null
            : Codes.Find<Measure>(behind) ?? throw new FormulaException(StandardFlaw.BadMeasure, behind);
        return new FormulaTerm(isMinus, null, null, null, match.Groups["accounts"].Value, filter, measure, text);
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;

    [GeneratedRegex(
        @"\s*(?<sign>[+-](?=\s|$)|)\s*(?<term>(@((?<statement>[a-z0-9-]+)/)?(?<row>[a-z0-9-]+)|(?<accounts>\{[a-z-]+\}|[a-z0-9][a-z0-9.-]*))"
            + @"(\[(?<filter>[^\]]*)\])?(:(?<behind>[a-z0-9-]+))?)\s*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Parts();
}

/// <summary>A formula that cannot be read; whoever reads the file knows its line.</summary>
internal sealed class FormulaException(StandardFlaw flaw, string detail) : Exception(detail)
{
    public StandardFlaw Flaw { get; } = flaw;
}
