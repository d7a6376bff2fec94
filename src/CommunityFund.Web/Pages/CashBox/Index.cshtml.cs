using System.Globalization;
using CommunityFund.Books;
using CommunityFund.CashBox;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.CashBox;

/// <summary>The cash box: noting what goes in and out, booking it, counting it.</summary>
public sealed class IndexModel : FundPage
{
    [BindProperty]
    public NoteForm Note { get; set; } = new();

    [BindProperty]
    public BookForm Book { get; set; } = new();

    /// <summary>How many of each face value, by its fen.</summary>
    [BindProperty]
    public Dictionary<string, string?> Pieces { get; set; } = [];

    /// <summary>The open day that was offered for a late item, and taken.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    public CashBoxView? View { get; private set; }

    /// <summary>The form that was refused, such as book-3: it keeps what was typed.</summary>
    public string Refused { get; private set; } = "";

    public bool? Cleared { get; private set; }

    private LocalDate? Taken => string.IsNullOrEmpty(BookOn) ? null : DayText.Read(BookOn);

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostNoteAsync() => Do("cash.said.noted", async () => await Session.Run(new NoteCash(
        FormKey, Codes.Find<CashKind>(Note.Kind ?? "") ?? CashKind.Receipt, DayText.Read(Note.Day), AmountText.ReadPositive(Note.Amount),
        Account.Keys.Cash, int.TryParse(Note.Bank, NumberStyles.None, CultureInfo.InvariantCulture, out int bank) ? bank : null,
        Note.Party ?? "", Note.IsOrganisation ? PersonKind.Organisation : PersonKind.Person, Note.Words ?? ""), Ct));

    public Task<IActionResult> OnPostDropAsync(long id, string? reason) =>
        Do("cash.said.dropped", async () => await Session.Run(new DropCashNote(FormKey, id, reason ?? ""), Ct));

    public async Task<IActionResult> OnPostBookAsync(long id)
    {
        long voucher = 0;
        return await Try(async () => voucher = await Session.Run(new BookCashNote(
            FormKey, id, Book.Fund, Book.Account ?? "", Codes.RestrictionOf(Book.Restriction ?? ""), Book.Item ?? "",
            Taken), Ct))
            ? RedirectToPage("/Vouchers/Show", new { id = voucher }) : await Again($"book-{id}");
    }

    public Task<IActionResult> OnPostCountAsync() => Do("cash.said.counted", async () => await Session.Run(new CountCash(
        FormKey, Account.Keys.Cash,
        [
            .. CashCount.FaceValues.Select(face => new CashPiece(
                face, Number(Pieces.GetValueOrDefault(face.ToString(CultureInfo.InvariantCulture))))),
        ]), Ct));

    public Task<IActionResult> OnPostWatchAsync(long id) =>
        Do("cash.said.watched", async () => await Session.Run(new WatchCashCount(FormKey, id), Ct));

    public async Task<IActionResult> OnPostSettleAsync(long id, bool cleared)
    {
        long voucher = 0;
        Cleared = cleared;
        return await Try(async () => voucher = await Session.Run(new SettleCashCount(FormKey, id, cleared, Taken), Ct))
            ? RedirectToPage("/Vouchers/Show", new { id = voucher }) : await Again($"settle-{id}");
    }

    private static int Number(string? typed) => string.IsNullOrWhiteSpace(typed) ? 0
        : int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new RefusedException(CountCash.BadPieces);

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage();
        }

        return await Again();
    }

    private async Task<IActionResult> Again(string form = "")
    {
        Refused = form;
        Refusal? no = Refusal;
        ModelState.Clear();
        await Load();
        Refusal = no;
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new CashBoxPage(), Ct));

    /// <summary>What the cashier notes.</summary>
    public sealed class NoteForm
    {
        public string? Kind { get; set; }

        public string? Day { get; set; }

        public string? Amount { get; set; }

        public string? Words { get; set; }

        public string? Party { get; set; }

        public bool IsOrganisation { get; set; }

        public string? Bank { get; set; }
    }

    /// <summary>How the accountant books it.</summary>
    public sealed class BookForm
    {
        public int Fund { get; set; }

        public string? Account { get; set; }

        public string? Restriction { get; set; }

        public string? Item { get; set; }
    }
}
