using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>
/// After a line was disposed of: if another line of the same counterparty, or with the same words, was given the same before,
/// the choice becomes a rule that suggests it from now on. Asked for by a person, once is enough.
/// </summary>
/// <returns>The rule's id, or 0 if nothing was to be learned.</returns>
public sealed partial record LearnRule(Guid Key, long Line, bool Asked) : Command<long>(Key)
{
    /// <summary>What rests on the line is nothing that a rule could propose.</summary>
    public const string NothingToLearn = "bank-rule.nothing-to-learn";

    private const int Looked = 10;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        BankLine line = await work.Db.Set<BankLine>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankLineId == Line, ct)
            ?? throw new RefusedException(UndecidedLine.Unknown, ("line", Line));
        if (await LineChoice.Of(work, line, ct) is not var (choice, narrative))
        {
            return Asked ? throw new RefusedException(NothingToLearn) : 0;
        }

        string party = LineSuggestion.PartyOf(line);
        string? words = Letters(line);
        if (!Asked)
        {
            (words, narrative) = await Shared(work, line, choice, narrative, ct);
        }

        words = party.Length > 0 && !Bank().IsMatch(party) && words is not null ? "" : words;
        if (words is null || (words.Length < 2 && (party.Length == 0 || Bank().IsMatch(party))))
        {
            return Asked ? throw new RefusedException(NothingToLearn) : 0;
        }

        BankWay way = line.Units > 0 ? BankWay.In : BankWay.Out;
        OneTrip trip = new(work);
        IReadOnlyList<BankRuleItem> fitting = BankRuleList.Ask(trip, work, line);
        await trip.Go(ct);
        if (fitting.Any(rule => rule.Kind == choice.Kind && rule.Fund == choice.Fund)
            || await work.Db.Set<BankRule>().AnyAsync(rule => rule.BookId == work.Book && rule.Way == way && rule.Party == party
                && rule.Words == words && rule.BankAccountId == null, ct))
        {
            return 0; // said already, or said once and put right since
        }

        BankRule learned = new()
        {
            BookId = work.Book,
            Way = way,
            Party = party,
            Words = words,
            Kind = choice.Kind,
            FundId = choice.Fund,
            AccountId = choice.Account,
            CashFlow = choice.CashFlow,
            Restriction = choice.Restriction,
            Narrative = narrative,
            Learned = !Asked,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(learned);
        await work.Db.SaveChangesAsync(ct);
        return learned.BankRuleId;
    }

    /// <summary>What this line and an earlier one of the same name, equally disposed of, both say; null if there is none such. A
    /// name that both have needs no words beside it, unless it is the bank's own, which says nothing.</summary>
    private static async Task<(string? Words, string Narrative)> Shared(Work work, BankLine line, LineChoice choice,
        string narrative, CancellationToken ct)
    {
        bool isIn = line.Units > 0, isNamed = LineSuggestion.PartyOf(line).Length > 0;
        List<BankLine> alike = await work.Db.Set<BankLine>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.BankLineId != line.BankLineId && row.Units > 0 == isIn
                && row.CounterpartyName == line.CounterpartyName && (isNamed || row.Summary == line.Summary))
            .OrderByDescending(row => row.OccurredOn).ThenByDescending(row => row.BankLineId).Take(Looked).ToListAsync(ct);
        foreach (BankLine other in alike)
        {
            if (await LineChoice.Of(work, other, ct) is var (before, said) && before == choice)
            {
                return (Shared(Letters(line), Letters(other)), said == narrative ? narrative : "");
            }
        }

        return (null, narrative);
    }

    /// <summary>The longest run of letters in what was written.</summary>
    private static string Letters(BankLine line) =>
        StatementCell.Shorten(NoLetters().Split(line.Remark.Trim().Length > 0 ? line.Remark : line.Summary)
            .MaxBy(part => part.Length) ?? "", 100);

    private static string Shared(string one, string other)
    {
        string best = "";
        for (int start = 0; start < one.Length; start++)
        {
            for (int length = best.Length + 1; start + length <= one.Length; length++)
            {
                string part = one.Substring(start, length);
                best = other.Contains(part, StringComparison.Ordinal) ? part : best;
            }
        }

        return best;
    }

    [GeneratedRegex(@"\P{L}+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NoLetters();

    [GeneratedRegex("银行|支付宝|财付通", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Bank();
}
