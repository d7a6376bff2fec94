using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>The gift's voucher was posted.</summary>
[Consequence("accept-donation", 1)]
internal sealed record AcceptDonation(long Donation) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await work.Db.Set<Donation>().SingleAsync(row => row.BookId == work.Book && row.DonationId == Donation, ct))
            .State = DonationState.Accepted;
}

/// <summary>The gift's voucher was rejected or withdrawn.</summary>
[Consequence("drop-donation", 1)]
internal sealed record DropDonation(long Donation) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await work.Db.Set<Donation>().SingleAsync(row => row.BookId == work.Book && row.DonationId == Donation, ct))
            .State = DonationState.Dropped;
}

/// <summary>The gift's voucher was reversed.</summary>
[Consequence("undo-donation", 1)]
internal sealed record UndoDonation(long Donation) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await work.Db.Set<Donation>().SingleAsync(row => row.BookId == work.Book && row.DonationId == Donation, ct))
            .State = DonationState.Reversed;
}
