using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>
/// Another person has compared a declaration with its accounts. A gift is waited for from now on, without an entry (case 8); a
/// dividend, a
/// sale or a service is owed, and an accountant writes its voucher first. A period for which nothing is due is finished.
/// </summary>
public sealed record VerifyDeclaration(Guid Key, long Declaration) : Command<Done>(Key)
{
    /// <summary>Who declared it does not verify it.</summary>
    public const string OwnDeclaration = "enterprise.own-declaration";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await EnterpriseDeclaration.FundOf(work, Declaration, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Declared);
        if (row.DeclaredBy == work.ActorId)
        {
            throw new RefusedException(OwnDeclaration);
        }

        DeclarationState next = row switch
        {
            { DueUnits: 0 } => DeclarationState.NothingDue,
            { Nature: IncomeNature.Gift } => DeclarationState.Due,
            _ => DeclarationState.Verified,
        };
        row.ExpectationId = next == DeclarationState.Due ? await Awaited(work, row, ct) : null;
        (row.State, row.VerifiedBy, row.VerifiedAt) = (next, work.ActorId, work.Now);
        return Done.It;
    }

    /// <summary>Waits for the bank's line that brings it; its lot will know the enterprise.</summary>
    internal static async Task<long> Awaited(Work work, EnterpriseDeclaration row, CancellationToken ct)
    {
        EnterpriseTerm term = await row.TermOf(work, ct);
        Enterprise enterprise = await Enterprise.Of(work, row.EnterpriseId, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        Account? receivable = NatureOf.Receivable(chart, row.Nature);
        Tags tags = receivable is null
            ? new Tags(NatureOf.Restriction(row.Nature, term), Counterparty: enterprise.PersonId, Enterprise: row.EnterpriseId,
                Clause: term.Restriction == Restriction.Restricted ? term.Clause : null)
            : new Tags(Counterparty: enterprise.PersonId, Enterprise: row.EnterpriseId);
        return await new Expected(row.Nature == IncomeNature.Gift ? ExpectationKind.Gift : ExpectationKind.Other,
            Amount.Fen(row.DueUnits),
            Words(row), row.DueOn,
            [
                new ExpectedLine(receivable ?? NatureOf.Account(chart, row.Nature, term.IsEquityMethod),
                    await NatureOf.Fund(work, row.Nature, term, ct),
                    Side.Credit, Amount.Fen(row.DueUnits), NatureOf.CashFlow(row.Nature), tags),
            ], EnterpriseDeclaration.CodeOf(row.EnterpriseDeclarationId), enterprise.PersonId,
            Then: new DeclaredCame(row.EnterpriseDeclarationId), Undo: new DeclaredGone(row.EnterpriseDeclarationId)).Write(work,
                ct);
    }

    /// <summary>摘要: the books are kept in Chinese.</summary>
    internal static string Words(EnterpriseDeclaration row)
    {
        string period = row.Span switch
        {
            DeclaredSpan.Month => $"{row.FromDay.Year}年{row.FromDay.Month}月",
            DeclaredSpan.Quarter => $"{row.FromDay.Year}年第{(row.FromDay.Month + 2) / 3}季度",
            DeclaredSpan.Half => $"{row.FromDay.Year}年{(row.FromDay.Month == 1 ? "上" : "下")}半年",
            _ => $"{row.FromDay.Year}年度",
        };
        string what = row.Nature switch
        {
            IncomeNature.Gift => "捐赠反哺",
            IncomeNature.Dividend => "分红",
            IncomeNature.Sales => "销售款",
            IncomeNature.Sponsorship => "赞助款",
            _ => "服务款",
        };
        return $"社会企业{period}{what}";
    }
}

/// <summary>A declaration goes back with the reason: its figures do not agree with its accounts, or its answers are
/// wrong.</summary>
public sealed record ReturnDeclaration(Guid Key, long Declaration, [property: Personal] string Reply) : Command<Done>(Key)
{
    /// <summary>The reason is missing or too long.</summary>
    public const string ReasonMissing = "enterprise.reason-missing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await EnterpriseDeclaration.FundOf(work, Declaration, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Declared);
        row.Reply = PlainText.Of(Reply) is { Length: > 0 and <= 200 } said ? said : throw new RefusedException(ReasonMissing,
            ("limit", 200));
        row.State = DeclarationState.Returned;
        return Done.It;
    }
}
