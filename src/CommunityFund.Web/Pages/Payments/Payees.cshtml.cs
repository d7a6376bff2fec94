using System.ComponentModel.DataAnnotations;
using CommunityFund.Books;
using CommunityFund.Payments;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Payments;

/// <summary>The register of those who are paid, with the accounts that count.</summary>
public sealed class PayeesModel : FundPage
{
    [BindProperty]
    public PayeeForm Form { get; set; } = new();

    public IReadOnlyList<PayeeItem>? Payees { get; private set; }

    public bool MayAdd { get; private set; }

    public async Task OnGetAsync(string? name)
    {
        Form.Name = name;
        await Load();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (ModelState.IsValid && await Try(() => Session.Run(new SetPayeeAccount(FormKey, Form.Name!, Form.Kind, Form.Number!, Form.BankName!,
            Form.Holder ?? ""), Ct)))
        {
            Said = W["payments.said-payee", Form.Name!];
            return RedirectToPage();
        }

        Unprocessable();
        await Load();
        return Page();
    }

    public async Task<IActionResult> OnPostCheckAsync(long id)
    {
        ModelState.Clear();
        if (await Try(() => Session.Run(new CheckPayeeAccount(FormKey, id), Ct)))
        {
            Said = W["payments.said-checked"];
            return RedirectToPage();
        }

        await Load();
        return Page();
    }

    private async Task Load()
    {
        MayAdd = (await WhoAmI()).Is(Role.Accountant, Role.Cashier);
        await Try(async () => Payees = await Session.Ask(new PayeeList(), Ct));
    }

    public sealed class PayeeForm
    {
        [Required, StringLength(100)]
        public string? Name { get; set; }

        public PersonKind Kind { get; set; } = PersonKind.Organisation;

        [Required, StringLength(45)]
        public string? Number { get; set; }

        [Required, StringLength(60)]
        public string? BankName { get; set; }

        [StringLength(100)]
        public string? Holder { get; set; }
    }
}
