using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>A register whose rows stand for vouchers one for one.</summary>
public enum VoucherRegister
{
    /// <summary>Contracts of government money.</summary>
    PublicMoney,

    /// <summary>What social enterprises declared, start-up money, shares of their profit.</summary>
    Enterprises,

    /// <summary>Money and goods held for others.</summary>
    Agency,

    /// <summary>Money of grants: what is promised, paid and acquitted.</summary>
    Grants,
}

/// <summary>
/// What a reversal takes back of a register that works its vouchers out itself. A blue voucher is written by hand and would leave the
/// register without its row, so there is none: it is reversed, and recorded anew in the register.
/// </summary>
public abstract record RegisterUndone : Consequence
{
    /// <summary>The voucher comes from a register and is recorded anew there.</summary>
    public const string RecordAnew = "register.record-anew";

    /// <summary>The voucher comes from a register, and is of an earlier year.</summary>
    public const string OfEarlierYear = "register.earlier-year";

    internal abstract VoucherRegister Register { get; }

    internal override Need Needs => Need.Person;

    internal sealed override Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct) =>
        throw new RefusedException(RecordAnew, ("register", Term.Of(Register)));

    internal sealed override Task PutRightLater(Work work, CancellationToken ct) =>
        throw new RefusedException(OfEarlierYear, ("register", Term.Of(Register)));
}
