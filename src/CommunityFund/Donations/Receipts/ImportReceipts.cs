using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>Why a row of the list was left.</summary>
public enum LeftBecause
{
    /// <summary>Its code, number, day or amount cannot be read.</summary>
    Unreadable,

    /// <summary>No range has the number.</summary>
    OutsideRanges,

    /// <summary>The number is registered with another day or amount.</summary>
    OtherBefore,

    /// <summary>No gift of that amount from that payer waits for a receipt.</summary>
    NoGift,

    /// <summary>It is a day to come.</summary>
    Future,

    /// <summary>It takes back one of several, and the list does not tell which.</summary>
    RedOfWhich,
}

/// <summary>A row that somebody has to look at; the file tells the rest.</summary>
public sealed record LeftReceipt(int Row, string Number, LeftBecause Why);

/// <summary>What came of a list.</summary>
/// <param name="Before">Rows whose receipt was registered before just so.</param>
/// <param name="Voided">Numbers that the list says are spoiled or taken back.</param>
public sealed record ReceiptsRead(int Rows, int Registered, int Before, int Voided, IReadOnlyList<LeftReceipt> Left);

/// <summary>
/// The list that the fiscal system gives out is read: each receipt goes to the oldest gift of the same payer and amount that has none.
/// What fits no gift is left and named; the same list again changes nothing.
/// </summary>
/// <param name="Content">The bytes; the log keeps their digest instead.</param>
public sealed record ImportReceipts(Guid Key, [property: JsonIgnore] byte[] Content) : Command<ReceiptsRead>(Key)
{
    /// <summary>No row is a heading with number, day and amount.</summary>
    public const string NoHeading = "receipt.list-no-heading";

    private const string Said = "财政系统清单列为作废";

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<ReceiptsRead> Apply(Work work, CancellationToken ct)
    {
        IReadOnlyList<ListedReceipt> listed = ReceiptColumns.Read(GiftTable.Read(Content)) ?? throw new RefusedException(NoHeading);
        Known known = await Known.Of(work, ct);
        List<LeftReceipt> left = [];
        int registered = 0, before = 0, voided = 0;
        // A receipt comes before the red one that takes it back, however the list is sorted.
        foreach (ListedReceipt row in listed.OrderBy(row => row.IssuedOn).ThenBy(row => row.IsRed))
        {
            if (Wrong(work, row, known, out string code, out string number) is { } why)
            {
                left.Add(new LeftReceipt(row.RowNo, row.Number, why));
            }
            else if (known.Reds.Contains((code, number)))
            {
                before += row.IsRed || row.IsVoid ? 1 : 0;
                left.AddRange(row.IsRed || row.IsVoid ? [] : [new LeftReceipt(row.RowNo, row.Number, LeftBecause.OtherBefore)]);
            }
            else if (known.Receipts.TryGetValue((code, number), out OfficialReceipt? there))
            {
                bool same = row.IsRed ? there.State != ReceiptState.Registered : row.IsVoid
                    || (there.State == ReceiptState.Registered && there.Units == row.Units && there.IssuedOn == row.IssuedOn);
                bool turns = row.IsVoid && !row.IsRed && there.State == ReceiptState.Registered;
                if (turns)
                {
                    VoidReceipt.TakeBack(work, there, ReceiptState.Void, work.Today, Said, copiesKept: false, "", isPaper: false);
                    await work.Db.SaveChangesAsync(ct);
                    known.Free(there);
                }

                (before, voided) = (before + (same && !turns ? 1 : 0), voided + (turns ? 1 : 0));
                left.AddRange(same ? [] : [new LeftReceipt(row.RowNo, row.Number, LeftBecause.OtherBefore)]);
            }
            else if (row.IsRed && known.TakenBackBy(row, code) is { Count: > 0 } valid)
            {
                if (valid is [var original])
                {
                    VoidReceipt.TakeBack(work, original, ReceiptState.Void, row.IssuedOn!.Value, Said, copiesKept: false, number, isPaper: false);
                    await work.Db.SaveChangesAsync(ct);
                    known.Reds.Add((code, number));
                    known.Free(original);
                    voided++;
                }
                else
                {
                    left.Add(new LeftReceipt(row.RowNo, row.Number, LeftBecause.RedOfWhich));
                }
            }
            else if (row.IsVoid || row.IsRed)
            {
                known.Receipts[(code, number)] = Add(work, row, code, number, null);
                voided++;
            }
            else if (known.Take(row) is { } gift)
            {
                known.Receipts[(code, number)] = Add(work, row, code, number, gift);
                registered++;
            }
            else
            {
                left.Add(new LeftReceipt(row.RowNo, row.Number, LeftBecause.NoGift));
            }
        }

        await work.Db.SaveChangesAsync(ct);
        return new ReceiptsRead(listed.Count, registered, before, voided, [.. left.OrderBy(row => row.Row)]);
    }

    private static LeftBecause? Wrong(Work work, ListedReceipt row, Known known, out string code, out string number)
    {
        (code, number) = (row.Code.Length > 0 ? row.Code : known.OnlyCode, row.Number.PadLeft(10, '0'));
        (string itsCode, string itsNumber) = (code, number);
        return code.Length != 8 || !code.All(char.IsAsciiDigit) || number.Length != 10 || row.IssuedOn is null || row.CheckCode.Length > 20
            || !row.CheckCode.All(char.IsAsciiLetterOrDigit) || row.Units is null || (row.Units == 0 && !row.IsVoid) ? LeftBecause.Unreadable
            : row.IssuedOn > work.Today ? LeftBecause.Future
            : !known.Ranges.Any(range => range.Code == itsCode && string.CompareOrdinal(range.FirstNumber, itsNumber) <= 0
                && string.CompareOrdinal(range.LastNumber, itsNumber) >= 0) ? LeftBecause.OutsideRanges
            : null;
    }

    private static OfficialReceipt Add(Work work, ListedReceipt row, string code, string number, Donation? gift)
    {
        OfficialReceipt receipt = new()
        {
            BookId = work.Book,
            Code = code,
            Number = number,
            CheckCode = row.CheckCode,
            IssuedOn = row.IssuedOn!.Value,
            Units = row.Units!.Value,
            PayerId = gift?.DonorId,
            DonationId = gift?.DonationId,
            State = gift is null ? ReceiptState.Void : ReceiptState.Registered,
            RegisteredBy = work.ActorId,
            RegisteredAt = work.Now,
            VoidedOn = gift is null ? work.Today : null,
            VoidedBy = gift is null ? work.ActorId : null,
            VoidedAt = gift is null ? work.Now : null,
            Reason = gift is null ? Said : "",
        };
        work.Db.Add(receipt);
        return receipt;
    }

    /// <summary>What is there already: receipts by number, and gifts that wait for theirs.</summary>
    private sealed class Known
    {
        private readonly Dictionary<(string Payer, long Units), List<Donation>> _waiting = [];
        private readonly IReadOnlyDictionary<long, string> _names;
        private readonly Dictionary<long, Donation> _gifts;

        private readonly GivenBack _back;

        private Known(IReadOnlyDictionary<long, string> names, List<Donation> gifts, GivenBack back) =>
            (_names, _gifts, _back) = (names, gifts.ToDictionary(gift => gift.DonationId), back);

        public required IReadOnlyList<ReceiptRange> Ranges { get; init; }

        public required Dictionary<(string Code, string Number), OfficialReceipt> Receipts { get; init; }

        /// <summary>Numbers of red receipts.</summary>
        public required HashSet<(string Code, string Number)> Reds { get; init; }

        /// <summary>The code of all ranges, for lists that leave it out; empty if there are several.</summary>
        public string OnlyCode => Ranges.Select(range => range.Code).Distinct().ToArray() is [var code] ? code : "";

        public static async Task<Known> Of(Work work, CancellationToken ct)
        {
            List<OfficialReceipt> receipts = await work.Db.Set<OfficialReceipt>().Where(row => row.BookId == work.Book).ToListAsync(ct);
            HashSet<long?> has = [.. receipts.Where(row => row.State == ReceiptState.Registered).Select(row => row.DonationId)];
            List<Donation> gifts = await work.Db.Set<Donation>().AsNoTracking()
                .Where(row => row.BookId == work.Book && row.State == DonationState.Accepted)
                .OrderBy(row => row.ReceivedOn).ThenBy(row => row.DonationId).ToListAsync(ct);
            Known known = new(await PersonName.Of(work, gifts.Select(gift => gift.DonorId), ct), gifts, await GivenBack.Of(work, ct))
            {
                Ranges = await work.Db.Set<ReceiptRange>().AsNoTracking().Where(row => row.BookId == work.Book).ToListAsync(ct),
                Receipts = receipts.ToDictionary(row => (row.Code, row.Number)),
                Reds = [.. receipts.Where(row => row.RedNumber is not null).Select(row => (row.Code, row.RedNumber!))],
            };
            gifts.Where(gift => !has.Contains(gift.DonationId)).ToList().ForEach(known.Wait);
            return known;
        }

        /// <summary>The oldest gift of the payer that came in by the day of the receipt.</summary>
        public Donation? Take(ListedReceipt row)
        {
            if (!_waiting.TryGetValue((row.Payer, row.Units!.Value), out List<Donation>? fitting)
                || fitting.Find(gift => gift.ReceivedOn <= row.IssuedOn) is not { } gift)
            {
                return null;
            }

            fitting.Remove(gift);
            return gift;
        }

        /// <summary>Valid receipts that a red one may take back: the one it names, else those of its payer and amount.</summary>
        public IReadOnlyList<OfficialReceipt> TakenBackBy(ListedReceipt row, string code) =>
        [
            .. Receipts.Values.Where(valid => valid.State == ReceiptState.Registered && valid.Code == code && valid.Units == row.Units
                && valid.IssuedOn <= row.IssuedOn && (row.Original.Length > 0 ? valid.Number == row.Original.PadLeft(10, '0')
                    : valid.DonationId is { } id && _gifts.GetValueOrDefault(id)?.DonorId is { } donor && _names[donor] == row.Payer)),
        ];

        /// <summary>Its gift waits again; a later row may be the one made out anew.</summary>
        public void Free(OfficialReceipt receipt)
        {
            if (receipt.DonationId is { } id && _gifts.TryGetValue(id, out Donation? gift))
            {
                Wait(gift);
            }
        }

        private void Wait(Donation gift)
        {
            if (gift.DonorId is { } donor && _back.CertainOf(gift) is > 0 and var left)
            {
                (string, long) key = (_names[donor], left);
                (_waiting.TryGetValue(key, out List<Donation>? others) ? others : _waiting[key] = []).Add(gift);
            }
        }
    }
}
