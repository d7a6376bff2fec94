using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What sort of business money is expected from; says nothing about how it is booked, its lines do.</summary>
public enum ExpectationKind
{
    /// <summary>A gift that was promised, a recurring or matching gift.</summary>
    Gift,

    /// <summary>An expense claim that was approved.</summary>
    Claim,

    /// <summary>A supplier's bill.</summary>
    Supplier,

    /// <summary>Money on its way between own accounts.</summary>
    Transfer,

    /// <summary>What a payment platform pays out of gifts.</summary>
    Settlement,

    /// <summary>Money that comes or goes back.</summary>
    Refund,

    /// <summary>Money held for others.</summary>
    Agency,

    /// <summary>A tranche of a grant that was approved.</summary>
    Grant,

    /// <summary>A merchant's month of redemptions.</summary>
    Merchant,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>
/// Money expected in or out (rulings 27). Features write what they wait for and how it will be booked; Banking matches bank lines
/// against it. It is open until a voucher meets it or somebody closes it, and open again when that voucher is dropped or reversed.
/// </summary>
public sealed class Expectation
{
    public required int BookId { get; init; }

    public long ExpectationId { get; init; }

    public required ExpectationKind Kind { get; init; }

    /// <summary>Fen; positive is money in.</summary>
    public required long Units { get; init; }

    /// <summary>摘要 of the voucher to come; no name of a natural person.</summary>
    public required string Narrative { get; init; }

    /// <summary>What the payer is asked to write, or empty.</summary>
    public required string Code { get; init; }

    public long? CounterpartyId { get; init; }

    /// <summary>The other side's bank account, or empty.</summary>
    public required string PartyAccount { get; init; }

    /// <summary>The own bank account it goes through; null if any.</summary>
    public int? BankAccountId { get; init; }

    public required LocalDate DueOn { get; init; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    public string? ThenMove { get; init; }

    public string? UndoMove { get; init; }

    /// <summary>The voucher that meets it.</summary>
    public long? VoucherId { get; set; }

    /// <summary>The blue voucher that is to meet it once it has put the other right.</summary>
    public long? BlueVoucherId { get; set; }

    public long? ClosedBy { get; set; }

    public Instant? ClosedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Expectation>
    {
        public void Configure(EntityTypeBuilder<Expectation> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ExpectationId });
            entity.Property(row => row.ExpectationId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.ThenMove).HasColumnType("jsonb");
            entity.Property(row => row.UndoMove).HasColumnType("jsonb");
        }
    }
}

/// <summary>A line of the voucher to come that stands against the bank's.</summary>
public sealed class ExpectationLine
{
    public required int BookId { get; init; }

    public required long ExpectationId { get; init; }

    public required short LineNo { get; init; }

    public required int AccountId { get; init; }

    public required int FundId { get; init; }

    public required Side Side { get; init; }

    public required long Units { get; init; }

    /// <summary>As a voucher line stores it: U, R or empty.</summary>
    public required string Restriction { get; init; }

    public required MovementKind Movement { get; init; }

    /// <summary>The cash-flow item of the bank's leg; empty where that needs none.</summary>
    public required string CashFlow { get; init; }

    public required string ProjectClass { get; init; }

    public long? ProjectId { get; init; }

    public long? CounterpartyId { get; init; }

    public required string Clause { get; init; }

    /// <summary>The social enterprise it comes from.</summary>
    public long? EnterpriseId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ExpectationLine>
    {
        public void Configure(EntityTypeBuilder<ExpectationLine> entity)
        {
            entity.HasKey(line => new { line.BookId, line.ExpectationId, line.LineNo });
            entity.Property(line => line.Side).AsCode();
            entity.Property(line => line.Movement).AsCode();
        }
    }
}

/// <summary>One line of an expectation about to be written.</summary>
/// <param name="Amount">Positive; negative is written in red on its side.</param>
/// <param name="CashFlow">The item of the bank's leg.</param>
/// <param name="Tags">What the line itself carries; its cash-flow item stays empty unless the line is own cash.</param>
public sealed record ExpectedLine(Account Account, Fund Fund, Side Side, Amount Amount, CashFlow? CashFlow, Tags Tags);

/// <summary>An expectation about to be written.</summary>
/// <param name="Amount">Positive is money in; what the lines leave over.</param>
/// <param name="Then">What follows when a voucher that meets it is posted.</param>
/// <param name="Undo">What follows when that voucher is reversed.</param>
public sealed record Expected(
    ExpectationKind Kind, Amount Amount, string Narrative, LocalDate DueOn, IReadOnlyList<ExpectedLine> Lines, string Code = "",
    long? Counterparty = null, string PartyAccount = "", int? BankAccount = null, Consequence? Then = null, Consequence? Undo = null)
{
    /// <summary>Writes it; the database refuses one whose lines do not leave its amount over.</summary>
    /// <returns>The expectation's id.</returns>
    internal async Task<long> Write(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        Expectation row = new()
        {
            BookId = work.Book,
            Kind = Kind,
            Units = Amount.Units,
            Narrative = PlainText.Of(Narrative),
            Code = PlainText.Of(Code),
            CounterpartyId = Counterparty,
            PartyAccount = PlainText.Of(PartyAccount),
            BankAccountId = BankAccount,
            DueOn = DueOn,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
            ThenMove = Consequence.Write(Then),
            UndoMove = Consequence.Write(Undo),
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Lines.Select((line, at) => new ExpectationLine
        {
            BookId = work.Book,
            ExpectationId = row.ExpectationId,
            LineNo = checked((short)(at + 1)),
            AccountId = chart.Find(line.Account.Key)!.AccountId,
            FundId = line.Fund.FundId,
            Side = line.Side,
            Units = line.Amount.Units,
            Restriction = Codes.Of(line.Tags.Restriction),
            Movement = line.Tags.Movement,
            CashFlow = line.CashFlow?.Key ?? "",
            ProjectClass = line.Tags.ProjectClass ?? "",
            ProjectId = line.Tags.Project,
            CounterpartyId = line.Tags.Counterparty,
            Clause = line.Tags.Clause ?? "",
            EnterpriseId = line.Tags.Enterprise,
        }));
        await work.Db.SaveChangesAsync(ct);
        return row.ExpectationId;
    }
}

/// <summary>The voucher that meets expectations was posted: what each feature wanted to follow, follows.</summary>
[Consequence("expectations-met", 1)]
internal sealed record ExpectationsMet(IReadOnlyList<long> Expectations) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        foreach (Expectation met in await MetExpectation.All(work, Expectations, ct))
        {
            // A blue voucher that was dropped has left its number behind, and meets nothing.
            (met.VoucherId, met.BlueVoucherId) = (await BlueVoucher.IfItWaits(work, met.BlueVoucherId, ct) ?? met.VoucherId, null);
            await (Read(met.ThenMove)?.Happen(work, ct) ?? Task.CompletedTask);
        }
    }
}

/// <summary>The voucher that was to meet expectations was rejected or withdrawn: they are open again.</summary>
[Consequence("expectations-open", 1)]
internal sealed record ExpectationsOpen(IReadOnlyList<long> Expectations) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) => await MetExpectation.Free(work, Expectations, ct);
}

/// <summary>The voucher that met expectations was reversed: what followed is undone, and they are open again.</summary>
[Consequence("expectations-undone", 1)]
internal sealed record ExpectationsUndone(IReadOnlyList<long> Expectations) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        foreach (Expectation met in await MetExpectation.Free(work, Expectations, ct))
        {
            await (Read(met.UndoMove)?.Happen(work, ct) ?? Task.CompletedTask);
        }
    }

    internal override async Task PutRightLater(Work work, CancellationToken ct)
    {
        foreach (Expectation met in await MetExpectation.All(work, Expectations, ct))
        {
            await (Read(met.UndoMove)?.PutRightLater(work, ct) ?? Task.CompletedTask);
        }
    }

    /// <summary>A blue voucher meets them instead; if it is dropped, the first one still does.</summary>
    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        List<Expectation> met = await MetExpectation.All(work, Expectations, ct);
        foreach (RegisterUndone undone in met.Select(row => Read(row.UndoMove)).OfType<RegisterUndone>())
        {
            await undone.Anew(work, blue, ct);
        }

        return (
            blue with { Then = new ExpectationsMet(Expectations), Undo = this },
            voucher => met.ForEach(row => row.BlueVoucherId = voucher));
    }
}

/// <summary>Expectations and the voucher that meets them.</summary>
internal static class MetExpectation
{
    public static Task<List<Expectation>> All(Work work, IReadOnlyList<long> ids, CancellationToken ct) =>
        work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && ids.Contains(row.ExpectationId))
            .OrderBy(row => row.ExpectationId).ToListAsync(ct);

    public static async Task<List<Expectation>> Free(Work work, IReadOnlyList<long> ids, CancellationToken ct)
    {
        List<Expectation> rows = await All(work, ids, ct);
        rows.ForEach(row => row.VoucherId = null);
        await work.Db.SaveChangesAsync(ct);
        return rows;
    }
}
