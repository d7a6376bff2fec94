using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>A rule is made by hand or put right: what it looks at, what it proposes, whether it is in force.</summary>
/// <param name="Rule">Null makes one.</param>
/// <param name="Target">Key of the expense account, or of the own account at the other end of a transfer.</param>
/// <param name="Restriction">Null takes the fund's own.</param>
public sealed record ChangeRule(
    Guid Key, long? Rule, BankWay Way, int? BankAccount, [property: Personal] string Party, string Words, DisposalKind Kind,
        int? Fund,
    string Target, string CashFlow, Restriction? Restriction, [property: Personal] string Narrative, bool Off)
        : Command<long>(Key)
{
    /// <summary>There is no such rule.</summary>
    public const string Unknown = "bank-rule.unknown";

    /// <summary>The kind asks for a fund or an account that is missing, or does not go with money in or out.</summary>
    public const string NotWhole = "bank-rule.not-whole";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        ChartAccount? target = Target.Length > 0 ? chart.Find(Target) : null;
        bool fits = Kind switch
        {
            DisposalKind.Gift => Way == BankWay.In && Fund is not null,
            DisposalKind.Expense => Way == BankWay.Out && Fund is not null && target?.Account.Class == AccountClass.Expense
                && Ledger.CashFlow.Find(CashFlow) is { IsInflow: false },
            DisposalKind.Fee => Fund is not null,
            DisposalKind.Transfer => target?.Account.Role == AccountRole.OwnCash,
            DisposalKind.Interest or DisposalKind.Suspense => Way == BankWay.In,
            DisposalKind.Agency => true,
            _ => false,
        };
        if (!fits)
        {
            throw new RefusedException(NotWhole, ("kind", Term.Of(Kind)));
        }

        _ = Fund is { } fund ? await work.FundById(fund, ct) : null;
        BankRule rule = Rule is { } known
            ? await work.Db.Set<BankRule>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankRuleId == known, ct)
                ?? throw new RefusedException(Unknown)
            : new BankRule
            {
                BookId = work.Book,
                Way = Way,
                Party = "",
                Words = "",
                Kind = Kind,
                CashFlow = "",
                Restriction = "",
                Narrative = "",
                Learned = false,
                MadeBy = work.ActorId,
                MadeAt = work.Now,
            };
        if (rule.Way != Way)
        {
            throw new RefusedException(NotWhole, ("kind", Term.Of(Kind)));
        }

        (rule.BankAccountId, rule.Party, rule.Words) = (BankAccount, PlainText.Of(Party), PlainText.Of(Words));
        (rule.Kind, rule.FundId, rule.AccountId) = (Kind, Fund, target?.AccountId);
        (rule.CashFlow, rule.Restriction, rule.Narrative, rule.Off) = (CashFlow, Codes.Of(Restriction),
            PlainText.Of(Narrative), Off);
        if (Rule is null)
        {
            work.Db.Add(rule);
        }
        else
        {
            (rule.ChangedBy, rule.ChangedAt) = (work.ActorId, work.Now);
        }

        await work.Db.SaveChangesAsync(ct);
        return rule.BankRuleId;
    }
}
