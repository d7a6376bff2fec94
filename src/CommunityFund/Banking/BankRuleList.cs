using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Banking;

/// <summary>A rule in words that a person reads as a sentence.</summary>
public sealed record BankRuleItem(
    long Id, BankWay Way, int? BankAccount, string BankAccountName, string Party, string Words, DisposalKind Kind, int? Fund,
        string FundName,
    string Target, string TargetName, string CashFlow, Restriction? Restriction, string Narrative, bool Learned, bool Off,
        string By,
    Instant At);

/// <summary>All rules, those in force first.</summary>
public sealed record BankRuleList : Query<IReadOnlyList<BankRuleItem>>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<BankRuleItem>> Answer(Work work, CancellationToken ct)
    {
        OneTrip trip = new(work);
        IReadOnlyList<BankRuleItem> rules = Ask(trip, work, line: null);
        await trip.Go(ct);
        return rules;
    }

    /// <summary>All rules or, for a line, those in force that fit it.</summary>
    internal static IReadOnlyList<BankRuleItem> Ask(OneTrip trip, Work work, BankLine? line)
    {
        string way = Codes.Kebab(line?.Units > 0 ? BankWay.In : BankWay.Out), party = line?.CounterpartyName.Trim() ?? "",
            told = $"{line?.Remark} {line?.Summary}";
        return trip.Ask(
            $"""
            with used as materialized (select coalesce(
                (select standard from book_standard where book_id = {work.Book} and valid_from <= {work.Today.ToDateOnly()}
                  order by valid_from desc limit 1),
                (select standard from book_standard where book_id = {work.Book} order by valid_from limit 1)) as standard)
            select r.bank_rule_id, r.way, r.bank_account_id, bn.name_zh, bn.name_en, r.party, r.words, r.kind, r.fund_id,
                   f.code || ' ' || f.name, a.key, an.name_zh, an.name_en, r.cash_flow, r.restriction, r.narrative, r.learned,
                   r.off, p.name, r.made_at
              from bank_rule r
              join person p on p.person_id = r.made_by
              left join fund f on f.book_id = r.book_id and f.fund_id = r.fund_id
              left join account a on a.book_id = r.book_id and a.account_id = r.account_id
              left join account_name an on an.book_id = r.book_id and an.account_id = r.account_id
                and an.standard = (select standard from used)
              left join bank_account b on b.book_id = r.book_id and b.bank_account_id = r.bank_account_id
              left join account_name bn on bn.book_id = b.book_id and bn.account_id = b.account_id
                and bn.standard = (select standard from used)
             where r.book_id = {work.Book}
               and ({line is null} or not r.off and r.way = {way} and r.party in ('', {party}) and strpos({told}, r.words) > 0
                    and coalesce(r.bank_account_id, {line?.BankAccountId ?? 0}) = {line?.BankAccountId ?? 0})
             order by r.off, r.way, r.party, r.bank_rule_id
            """,
            row => new BankRuleItem(
                row.GetInt64(0), Codes.Parse<BankWay>(row.GetString(1)), row.IsDBNull(2) ? null : row.GetInt32(2), Named(row, 3),
                row.GetString(5), row.GetString(6), Codes.Parse<DisposalKind>(row.GetString(7)),
                row.IsDBNull(8) ? null : row.GetInt32(8), Text(row, 9), Text(row, 10), Named(row, 11), row.GetString(13),
                Codes.RestrictionOf(row.GetString(14)), row.GetString(15), row.GetBoolean(16), row.GetBoolean(17),
                row.GetString(18), Instant.FromDateTimeUtc(row.GetFieldValue<DateTime>(19))));
    }

    /// <summary>Those that look at more come first.</summary>
    internal static IReadOnlyList<BankRuleItem> Fitting(IReadOnlyList<BankRuleItem> rules) =>
        [
            .. rules.OrderByDescending(rule =>
                (rule.Party.Length > 0 ? 2 : 0) + (rule.Words.Length > 0 ? 1 : 0) + (rule.BankAccount is null ? 0 : 1))
                .ThenBy(rule => rule.Id),
        ];

    private static string Text(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? "" : row.GetString(at);

    /// <summary>Chinese stands before English.</summary>
    private static string Named(NpgsqlDataReader row, int at) =>
        Text(row, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? at + 1 : at);
}
