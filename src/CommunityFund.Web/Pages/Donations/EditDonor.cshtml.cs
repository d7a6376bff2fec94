using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>A donor comes into the register, or is put right.</summary>
public sealed class EditDonorModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public long? Id { get; set; }

    [BindProperty]
    public DonorForm Form { get; set; } = new();

    public DonorView? Donor { get; private set; }

    public bool MayNote { get; private set; }

    public async Task OnGetAsync()
    {
        if (await Load() && Donor is { } donor)
        {
            Form = new DonorForm
            {
                Place = donor.Place,
                Naming = donor.Naming,
                Alias = donor.Alias,
                IsRelated = donor.IsRelated,
                IsMain = donor.IsMain,
                IdNumber = donor.Contact.IdNumber,
                Phone = donor.Contact.Phone,
                Mail = donor.Contact.Mail,
                Address = donor.Contact.Address,
                Version = donor.Version,
            };
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await Load())
        {
            return Page();
        }

        long id = 0;
        if (!await Try(async () => id = await Session.Run(
            new NoteDonor(
                FormKey, Id, Form.Name ?? "", Form.Kind, Form.Place, Form.Naming, Form.Alias ?? "", Form.IsRelated, Form.IsMain,
                new DonorContact(Form.IdNumber ?? "", Form.Phone ?? "", Form.Mail ?? "", Form.Address ?? ""), Form.Version), Ct)))
        {
            return Page();
        }

        Said = W["donor.said"];
        return RedirectToPage("Donor", new { id });
    }

    private Task<bool> Load() => Try(async () =>
    {
        Donor = await Session.Ask(new DonorToNote(Id), Ct);
        MayNote = true;
    });
}

/// <summary>What is typed for a donor.</summary>
public sealed record DonorForm
{
    public string? Name { get; init; }

    public PersonKind Kind { get; init; }

    public DonorPlace Place { get; init; }

    public DonorNaming Naming { get; init; }

    public string? Alias { get; init; }

    public bool IsRelated { get; init; }

    public bool IsMain { get; init; }

    public string? IdNumber { get; init; }

    public string? Phone { get; init; }

    public string? Mail { get; init; }

    public string? Address { get; init; }

    public int Version { get; init; }
}
