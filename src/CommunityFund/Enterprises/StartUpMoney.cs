using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>How start-up money is given.</summary>
public enum FundingKind
{
    /// <summary>资助: for good, an expense (case 14).</summary>
    Grant,

    /// <summary>投资: it comes back by a plan.</summary>
    Investment,
}

/// <summary>启动资金 of an enterprise.</summary>
public sealed class EnterpriseFunding
{
    public required int BookId { get; init; }

    public long EnterpriseFundingId { get; init; }

    public required long EnterpriseId { get; init; }

    public required FundingKind Kind { get; init; }

    public required long Units { get; init; }

    public required int FundId { get; init; }

    public required LocalDate GivenOn { get; init; }

    /// <summary>The resolution it rests on.</summary>
    public required string Grounds { get; init; }

    public long? VoucherId { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<EnterpriseFunding>
    {
        public void Configure(EntityTypeBuilder<EnterpriseFunding> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EnterpriseFundingId });
            entity.Property(row => row.EnterpriseFundingId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>A part of an investment that comes back on a day.</summary>
public sealed class EnterpriseRecovery
{
    public required int BookId { get; init; }

    public required long EnterpriseFundingId { get; init; }

    public required short No { get; init; }

    public required long Units { get; init; }

    public required LocalDate DueOn { get; init; }

    public long? ExpectationId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<EnterpriseRecovery>
    {
        public void Configure(EntityTypeBuilder<EnterpriseRecovery> entity) =>
            entity.HasKey(row => new { row.BookId, row.EnterpriseFundingId, row.No });
    }
}

/// <summary>One step of a recovery plan as the form says it.</summary>
public sealed record RecoveryStep(LocalDate DueOn, Amount Amount);

/// <summary>
/// Start-up money for an enterprise: given for good as an expense, or invested with a plan by which it comes back. Money from
/// the government,
/// and what is bound from outside, is not invested (慈善法 55).
/// </summary>
/// <param name="Plan">How an investment comes back; empty for a grant.</param>
/// <param name="BankLine">The bank line that shows it going out, if it is there.</param>
public sealed record GiveStartUpMoney(
    Guid Key, long Enterprise, FundingKind Kind, Amount Amount, int Fund, LocalDate GivenOn, string CashAccount,
        Restriction Restriction,
    string Grounds, IReadOnlyList<RecoveryStep> Plan, long? BankLine = null, IReadOnlyList<Enclosure>? Documents = null)
        : Command<long>(Key)
{
    /// <summary>An investment has no plan, a grant has one, or the plan does not add up.</summary>
    public const string BadPlan = "enterprise.bad-plan";

    /// <summary>The resolution is missing, or the account is no own cash.</summary>
    public const string GroundsMissing = "enterprise.grounds-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(BankLine is null ? Need.Any(RegisterRoles.Keeping).For(Fund)
            : Need.Any(RegisterRoles.Keeping).ForWholeBook().For(Fund));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Enterprise enterprise = await Enterprises.Enterprise.Of(work, Enterprise, ct);
        Fund fund = await work.FundById(Fund, ct);
        if (!Amount.IsPositive || (Kind == FundingKind.Investment
            ? Plan.Count is 0 or > 60 || Plan.Any(step => !step.Amount.IsPositive || step.DueOn <= GivenOn) || Plan.Sum(step =>
                step.Amount.Units) != Amount.Units
            : Plan.Count > 0))
        {
            throw new RefusedException(BadPlan, ("amount", Amount));
        }

        Chart chart = await work.ChartOn(GivenOn, ct);
        if (PlainText.Of(Grounds) is not { Length: > 0 and <= 200 } grounds
            || chart.Find(CashAccount) is not { Account: { Role: AccountRole.OwnCash } cash, TakesLines: true })
        {
            throw new RefusedException(GroundsMissing);
        }

        EnterpriseFunding funding = new()
        {
            BookId = work.Book,
            EnterpriseId = Enterprise,
            Kind = Kind,
            Units = Amount.Units,
            FundId = Fund,
            GivenOn = GivenOn,
            Grounds = grounds,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(funding);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Plan.OrderBy(step => step.DueOn).Select((step, at) => new EnterpriseRecovery
        {
            BookId = work.Book,
            EnterpriseFundingId = funding.EnterpriseFundingId,
            No = checked((short)(at + 1)),
            Units = step.Amount.Units,
            DueOn = step.DueOn,
        }));
        EntryDraft draft = JournalEntry.On(GivenOn, Kind == FundingKind.Grant ? "社会企业启动资助" : "社会企业启动投资");
        Tags to = new(Counterparty: enterprise.PersonId, Enterprise: Enterprise);
        Account account = chart.Part(Kind == FundingKind.Grant ? Account.Keys.ProgrammeCost : NatureOf.Key.Investment, "资助",
            "社会企业").Account;
        draft.Debit(account, fund.Code, Amount, account.NeedsRestriction ? to with { Restriction = Restriction } : to)
            .Credit(cash, fund.Code, Amount, new Tags(CashFlow: Kind == FundingKind.Grant ? CashFlow.GrantsPaid
                : CashFlow.InvestmentsPaid));
        if (Kind == FundingKind.Grant && Restriction == Restriction.Restricted && !account.NeedsRestriction)
        {
            await ReleaseAsUsed.Write(work, chart, draft, fund, Amount, GivenOn, ct);
        }

        funding.VoucherId = await work.Prepare(new Draft(draft.Balanced(), Bank: BankPart.Of(BankLine, null, Amount,
            isPart: false),
            Documents: Documents, Then: new StartUpGiven(funding.EnterpriseFundingId),
                Undo: new StartUpUndone(funding.EnterpriseFundingId)), ct);
        return funding.VoucherId.Value;
    }
}

/// <summary>The voucher was posted: what is to come back is waited for.</summary>
[Consequence("start-up-given", 1)]
internal sealed record StartUpGiven(long Funding) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        EnterpriseFunding funding = await work.Db.Set<EnterpriseFunding>()
            .SingleAsync(row => row.BookId == work.Book && row.EnterpriseFundingId == Funding, ct);
        Enterprise enterprise = await Enterprise.Of(work, funding.EnterpriseId, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        Fund fund = await work.FundById(funding.FundId, ct);
        foreach (EnterpriseRecovery step in await work.Db.Set<EnterpriseRecovery>()
            .Where(row => row.BookId == work.Book && row.EnterpriseFundingId == Funding
                && row.ExpectationId == null).OrderBy(row => row.No).ToListAsync(ct))
        {
            step.ExpectationId = await new Expected(ExpectationKind.Other, Amount.Fen(step.Units), "收回社会企业启动投资", step.DueOn,
                [
                    new ExpectedLine(chart.Part(NatureOf.Key.Investment, NatureOf.Key.Part).Account, fund, Side.Credit,
                        Amount.Fen(step.Units),
                        CashFlow.InvestmentsRecovered, new Tags(Counterparty: enterprise.PersonId,
                            Enterprise: funding.EnterpriseId)),
                ], $"HS{Funding}-{step.No}", enterprise.PersonId).Write(work, ct);
        }
    }
}

/// <summary>The voucher was reversed: nothing comes back that did not go out.</summary>
[Consequence("start-up-undone", 1)]
internal sealed record StartUpUndone(long Funding) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Enterprises;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        foreach (EnterpriseRecovery step in await work.Db.Set<EnterpriseRecovery>()
            .Where(row => row.BookId == work.Book && row.EnterpriseFundingId == Funding
                && row.ExpectationId != null).ToListAsync(ct))
        {
            Expectation awaited = await work.Db.Set<Expectation>()
                .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == step.ExpectationId, ct);
            (awaited.ClosedBy, awaited.ClosedAt) = awaited.VoucherId is null ? (work.ActorId, work.Now)
                : throw new RefusedException(DeclaredExpectation.Met);
            step.ExpectationId = null;
        }
    }
}
