using System.ComponentModel.DataAnnotations;
using CommunityFund.Books;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.Options;

namespace CommunityFund.Web.Shell;

/// <summary>
/// Says in the reader's language what is wrong with a form field: the framework's own messages are replaced, and an
/// attribute without a message gets the words of its kind. A text that must be there says so with [Required].
/// </summary>
internal sealed class FormWords : IConfigureOptions<MvcOptions>, IValidationMetadataProvider
{
    private readonly Words _words;

    public FormWords(Words words) => _words = words;

    public void Configure(MvcOptions options)
    {
        DefaultModelBindingMessageProvider says = options.ModelBindingMessageProvider;
        says.SetValueMustNotBeNullAccessor(_ => _words["form.required"]);
        says.SetMissingBindRequiredValueAccessor(_ => _words["form.required"]);
        says.SetMissingKeyOrValueAccessor(() => _words["form.required"]);
        says.SetMissingRequestBodyRequiredValueAccessor(() => _words["form.required"]);
        says.SetAttemptedValueIsInvalidAccessor((typed, _) => _words["form.invalid", typed]);
        says.SetNonPropertyAttemptedValueIsInvalidAccessor(typed => _words["form.invalid", typed]);
        says.SetValueIsInvalidAccessor(typed => _words["form.invalid", typed]);
        says.SetUnknownValueIsInvalidAccessor(_ => _words["form.unknown"]);
        says.SetNonPropertyUnknownValueIsInvalidAccessor(() => _words["form.unknown"]);
        says.SetValueMustBeANumberAccessor(_ => _words["form.number"]);
        says.SetNonPropertyValueMustBeANumberAccessor(() => _words["form.number"]);
        options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
        options.ModelMetadataDetailsProviders.Add(this);
    }

    public void CreateValidationMetadata(ValidationMetadataProviderContext context)
    {
        foreach (ValidationAttribute rule in context.ValidationMetadata.ValidatorMetadata.OfType<ValidationAttribute>())
        {
            if (rule is { ErrorMessage: null, ErrorMessageResourceName: null })
            {
                rule.ErrorMessage = KeyOf(rule);
            }
        }
    }

    private static string KeyOf(ValidationAttribute rule) => rule switch
    {
        RequiredAttribute => "form.required",
        StringLengthAttribute or MaxLengthAttribute => "form.too-long",
        RangeAttribute => "form.range",
        EmailAddressAttribute => "form.e-mail",
        _ => "form.unknown",
    };
}
