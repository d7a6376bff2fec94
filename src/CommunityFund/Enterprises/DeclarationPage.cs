using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>A line of the entry to come, as a preview shows it.</summary>
public sealed record PreviewLine(Side Side, string Account, string Fund, Amount Amount, Restriction? Restriction);

/// <summary>What a declaration would come to: nature, sum with its steps, and the entries in debit and credit.</summary>
/// <param name="Owed">The voucher of what is owed; empty for a gift, which nobody owes.</param>
/// <param name="Came">The voucher when the bank's line comes.</param>
public sealed record DeclarationPreview(
    IncomeNature Nature, bool IsEquityMethod, ShareSteps? Steps, ShareKind Share, int RatePpm, Amount Due, LocalDate DueOn,
        string Fund,
    IReadOnlyList<PreviewLine> Owed, IReadOnlyList<PreviewLine> Came);

/// <summary>Looks ahead before anything is declared.</summary>
public sealed record PreviewDeclared(
    long Enterprise, DeclaredSpan Span, LocalDate From, Amount Turnover, Amount Profit, GivenFor GivenFor, bool ByStake,
        Amount? Stated)
    : Query<DeclarationPreview>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<DeclarationPreview> Answer(Work work, CancellationToken ct)
    {
        EnterpriseTerm term = await EnterpriseTerm.On(work, Enterprise, EnterpriseDeclaration.LastDay(From, Span), ct);
        if (!work.Rights.Reaches(RegisterRoles.Reading, term.FundId))
        {
            throw new RefusedException(Enterprises.Enterprise.Unknown, ("enterprise", Enterprise));
        }

        DeclaredDue due = DeclaredDue.Of(term, GivenFor, ByStake, Turnover, Profit, Stated);
        return await Look(work, term, due, work.Today.PlusDays(term.DaysToPay), ct);
    }

    internal static async Task<DeclarationPreview> Look(Work work, EnterpriseTerm term, DeclaredDue due, LocalDate dueOn,
        CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        string fund = (await NatureOf.Fund(work, due.Nature, term, ct)).Name;
        Account income = NatureOf.Account(chart, due.Nature, term.IsEquityMethod);
        Restriction? restriction = income.NeedsRestriction ? NatureOf.Restriction(due.Nature, term) : null;
        Account? receivable = NatureOf.Receivable(chart, due.Nature);
        PreviewLine credit = Line(Side.Credit, income, restriction);
        PreviewLine bank = new(Side.Debit, chart.Find(Account.Keys.Bank)!.Name, fund, due.Due, null);
        return new DeclarationPreview(due.Nature, term.IsEquityMethod, due.Steps, term.Share, term.RatePpm, due.Due, dueOn, fund,
            receivable is null ? [] : [Line(Side.Debit, receivable, null), credit],
            receivable is null ? [bank, credit] : [bank, Line(Side.Credit, receivable, null)]);

        PreviewLine Line(Side side, Account account, Restriction? bound) => new(side, chart.Find(account.Key)!.Name, fund,
            due.Due, bound);
    }
}

/// <summary>A declaration with what the reader may do about it.</summary>
public sealed record DeclarationView(
    DeclarationRow Row, Amount Turnover, Amount Profit, GivenFor GivenFor, bool ByStake, long Paper, string Agreement,
        DeclarationPreview Preview,
    string DeclaredBy, Instant DeclaredAt, string VerifiedBy, Instant? VerifiedAt, string Reply, long? Voucher, long? CameVoucher,
        string Code,
    string WaiverNumber, LocalDate? WaiverDay, string WaiverReason, string WaiverBy, string WaivedBy,
    bool MayVerify, bool MayPrepare, bool MayWaive, bool MayAgreeWaiver, LocalDate Today);

/// <summary>One declaration.</summary>
public sealed record DeclarationPage(long Declaration) : Query<DeclarationView>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<DeclarationView> Answer(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration? row = await work.Db.Set<EnterpriseDeclaration>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.EnterpriseDeclarationId == Declaration, ct);
        EnterpriseTerm? term = row is null ? null
            : await EnterpriseList.Terms(work).SingleOrDefaultAsync(each => each.EnterpriseTermId == row.EnterpriseTermId, ct);
        if (row is null || term is null)
        {
            throw new RefusedException(EnterpriseDeclaration.Unknown, ("declaration", Declaration));
        }

        Enterprise enterprise = await Enterprise.Of(work, row.EnterpriseId, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [enterprise.PersonId, row.DeclaredBy, row.VerifiedBy, row.WaiverBy, row.WaivedBy], ct);
        DeclarationRow shown = (await EnterpriseList.Declarations(
            work, [term], new Dictionary<long, string> { [row.EnterpriseId] = names[enterprise.PersonId] }, row.EnterpriseId, ct))
            .Single(each => each.Id == Declaration);
        DeclaredDue due = new(row.Nature, Amount.Fen(row.DueUnits),
            row.Nature == IncomeNature.Gift && (term.Share != ShareKind.None || row.DueUnits == 0)
                ? term.Rule.Of(Amount.Fen(row.Turnover), Amount.Fen(row.Profit)) : null);
        bool agrees = work.Rights.Reaches(RegisterRoles.Agreeing, term.FundId), keeps = work.Rights.Reaches(RegisterRoles.Keeping,
            term.FundId);
        return new DeclarationView(shown, Amount.Fen(row.Turnover), Amount.Fen(row.Profit), row.GivenFor, row.ByStake,
            row.FiledDocumentId, term.Agreement,
            await PreviewDeclared.Look(work, term, due, row.DueOn, ct), Name(row.DeclaredBy), row.DeclaredAt,
                Name(row.VerifiedBy), row.VerifiedAt,
            row.Reply, row.VoucherId,
            await work.Db.Set<Expectation>().Where(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId)
                .Select(each => each.VoucherId).SingleOrDefaultAsync(ct),
            EnterpriseDeclaration.CodeOf(Declaration), row.WaiverNumber, row.WaiverDay, row.WaiverReason, Name(row.WaiverBy),
                Name(row.WaivedBy),
            MayVerify: row.State == DeclarationState.Declared && agrees && row.DeclaredBy != work.Actor,
            MayPrepare: row.State == DeclarationState.Verified && keeps,
            MayWaive: row.State == DeclarationState.Due && keeps && row.Nature == IncomeNature.Gift,
            MayAgreeWaiver: row.State == DeclarationState.Waiving && agrees && row.WaiverBy != work.Actor, work.Today);

        string Name(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
    }
}
